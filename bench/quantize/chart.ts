import { drawing, shortened, tag, text } from "../../src/evaluate/chart/svg.ts";

/** One line, or loose points. */
export interface Series {
  readonly name: string;
  readonly points: readonly {
    readonly x: number;
    readonly y: number;
    readonly label?: string;
  }[];
  /** Whether the points are joined; if not, they are drawn alone. */
  readonly joined: boolean;
}

/** A plot's words, and what is special of its axes. */
export interface ChartOptions {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Where the x axis has marks; if given, its steps grow: 50, 100, 200. */
  readonly marks?: readonly number[];
  /** Names of x = 0, 1, 2 …, in place of numbers. */
  readonly names?: readonly string[];
  /** A dashed level, with its name. */
  readonly level?: { readonly y: number; readonly name: string };
}

/** Told apart by people who see few colours, too (Okabe and Ito). */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7b3294"];
const [left, top, width, height] = [72, 48, 560, 380];

/** Draws series over two axes as SVG. */
export function chart(series: readonly Series[], options: ChartOptions): string {
  const all = series.flatMap(({ points }) => points);
  const levels = options.level ? [options.level.y] : [];
  const ticks = {
    x: options.marks ?? options.names?.map((_, i) => i) ?? marks(all.map(({ x }) => x)),
    y: marks([...all.map(({ y }) => y), ...levels]),
  };
  const warp = (x: number) => options.marks ? Math.log(x) : x;
  const aside = options.names ? 0.4 : 0;
  const [first, last] = [warp(ticks.x[0]!) - aside, warp(ticks.x.at(-1)!) + aside];
  const [low, high] = [ticks.y[0]!, ticks.y.at(-1)!];
  const at = {
    x: (x: number) => left + width * (warp(x) - first) / (last - first),
    y: (y: number) => top + height * (high - y) / (high - low),
  };
  const parts = [
    text(shortened(options.title, 78), left, 24, { "font-size": 15, "font-weight": "bold" }),
    ...ticks.x.map((value) => {
      const x = at.x(value);
      return tag("path", { d: `M${x} ${top}v${height}`, stroke: "#eee" }) +
        text(options.names?.[value] ?? short(value, ticks.x), x, top + height + 18, {
          anchor: "middle",
          fill: "#555",
        });
    }),
    ...ticks.y.map((value) => {
      const y = at.y(value);
      return tag("path", { d: `M${left} ${y}h${width}`, stroke: value === 0 ? "#999" : "#eee" }) +
        text(short(value, ticks.y), left - 8, y + 4, { anchor: "end", fill: "#555" });
    }),
    text(options.x, left + width / 2, top + height + 40, { anchor: "middle" }),
    text(options.y, 20, top + height / 2, {
      anchor: "middle",
      transform: `rotate(-90 20 ${top + height / 2})`,
    }),
  ];
  if (options.level) {
    const y = at.y(options.level.y);
    const dashed = { stroke: "#777", "stroke-dasharray": "5 4" };
    parts.push(
      tag("path", { d: `M${left} ${y}h${width}`, ...dashed }),
      text(options.level.name, left + width - 4, y - 5, { anchor: "end", fill: "#555" }),
    );
  }
  series.forEach((one, index) => parts.push(...drawn(one, index, at)));
  return drawing(left + width + 210, top + height + 56, ...parts);
}

type Place = { readonly x: (x: number) => number; readonly y: (y: number) => number };

function drawn({ name, points, joined }: Series, index: number, at: Place): string[] {
  const colour = colours[index % colours.length]!;
  const places = points.map(({ x, y }) => `${at.x(x).toFixed(1)},${at.y(y).toFixed(1)}`);
  const legend = top + 10 + index * 20;
  return [
    ...joined
      ? [tag("polyline", {
        points: places.join(" "),
        fill: "none",
        stroke: colour,
        "stroke-width": 2,
        "stroke-linejoin": "round",
      })]
      : [],
    ...points.map(({ x, y }) =>
      tag("circle", { cx: at.x(x), cy: at.y(y), r: joined ? 3.5 : 4.5, fill: colour })
    ),
    ...labels(points, at).map(({ x, y, label }) =>
      text(label, x, y, { fill: colour, "font-size": 10 })
    ),
    tag("circle", { cx: left + width + 26, cy: legend - 4, r: 4.5, fill: colour }),
    text(shortened(name, 32), left + width + 38, legend),
  ];
}

/** Where the points' words stand: to the right of them, and under those that stand there. */
function labels(points: Series["points"], at: Place) {
  const line = 11;
  const placed: { x: number; y: number; label: string }[] = [];
  for (const { x, y, label } of points.toSorted((a, b) => b.y - a.y)) {
    if (label === undefined) continue;
    const one = { x: at.x(x) + 7, y: at.y(y) + 4, label };
    const wide = (text: string) => text.length * 5.2;
    for (const other of placed) {
      const beside = one.x > other.x + wide(other.label) || other.x > one.x + wide(label);
      if (!beside && Math.abs(one.y - other.y) < line) one.y = other.y + line;
    }
    placed.push(one);
  }
  return placed;
}

/** Round values from below the least to above the greatest, five to ten of them. */
function marks(values: readonly number[]): number[] {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const rough = (most - least || Math.abs(most) || 1) / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough)!;
  const from = Math.floor(least / step + 1e-9);
  const to = Math.max(from + 1, Math.ceil(most / step - 1e-9));
  return Array.from({ length: to - from + 1 }, (_, i) => (from + i) * step);
}

function short(value: number, among: readonly number[]): string {
  const step = Math.abs((among[1] ?? 1) - (among[0] ?? 0));
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return value.toFixed(Math.min(6, digits)).replace("-", "−");
}
