import type { ClassFigures, CocoEvaluation } from "../coco.ts";
import { recallPoints } from "../precision.ts";
import { drawing, shortened, tag, text } from "./svg.ts";

/** Told apart by people who see few colours, too (Okabe and Ito). */
const colours = [
  ...["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7b3294", "#8c6d31"],
];
const side = 420;
const [left, top] = [64, 48];
/** Where the legend's first line stands, under its heading. */
const legendTop = top + 34;
/** Classes that one model's chart names. */
const named = 8;

interface Line {
  readonly name: string;
  readonly AP50: number;
  readonly curve: ArrayLike<number>;
  readonly colour: string;
  readonly width: number;
}

/**
 * Draws precision over recall at IoU 0.50 as SVG. One model: the mean over classes and each class, of
 * which those with most boxes are named. Several: each one's mean.
 */
export function curveChart(evaluations: ReadonlyMap<string, CocoEvaluation>): string {
  const several = evaluations.size > 1;
  const lines: Line[] = [];
  const faint: Line[] = [];
  for (const [name, { classes, figures }] of evaluations) {
    const known = classes.filter(({ boxes }) => boxes > 0);
    const mean = { AP50: figures.AP50, curve: meanCurve(known), width: 3 };
    if (several) {
      lines.push({ name, ...mean, colour: colours[lines.length % colours.length]! });
      continue;
    }
    lines.push({ name: `mean of ${known.length} classes`, ...mean, colour: "#222" });
    const order = [...known].sort((a, b) => b.boxes - a.boxes);
    for (const [place, one] of order.entries()) {
      const line = { name: one.category.name, AP50: one.AP50, curve: one.curve, width: 1.5 };
      if (place < named) lines.push({ ...line, colour: colours[place % colours.length]! });
      else faint.push({ ...line, colour: "#ddd", width: 1 });
    }
  }
  const title = several ? "Precision and recall at IoU 0.50" : [...evaluations.keys()][0]!;
  const legend = lines.map((line, row) => legendRow(line, row)).join("");
  // Those that matter most are drawn last, on top.
  const paths = [...faint, ...lines.toReversed()].map(path).join("");
  return drawing(
    left + side + 240,
    top + side + 56,
    text(shortened(title, 70), left, 24, { "font-size": 15, "font-weight": "bold" }),
    axes(),
    paths,
    text("AP at IoU 0.50", left + side + 20, top + 10, { fill: "#555" }),
    legend,
    faint.length > 0
      ? text(
        `grey: ${faint.length} other classes`,
        left + side + 20,
        legendTop + 8 + lines.length * 20,
        {
          fill: "#777",
        },
      )
      : "",
  );
}

function meanCurve(classes: readonly ClassFigures[]): Float64Array {
  const sum = new Float64Array(recallPoints);
  for (const { curve } of classes) curve.forEach((value, r) => sum[r]! += value / classes.length);
  return sum;
}

function path({ curve, colour, width }: Line): string {
  const points = Array.from(curve, (precision, r) => {
    const [x, y] = [left + side * r / (recallPoints - 1), top + side * (1 - precision)];
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return tag("polyline", {
    points: points.join(" "),
    fill: "none",
    stroke: colour,
    "stroke-width": width,
    "stroke-linejoin": "round",
  });
}

function axes(): string {
  const grid = Array.from({ length: 6 }, (_, i) => {
    const [share, at] = [i / 5, side * i / 5];
    const line = { stroke: i === 0 ? "#555" : "#eee" };
    return tag("path", { d: `M${left + at} ${top}v${side}`, ...line }) +
      tag("path", { d: `M${left} ${top + side - at}h${side}`, ...line }) +
      text(share.toFixed(1), left + at, top + side + 18, { anchor: "middle", fill: "#555" }) +
      text(share.toFixed(1), left - 8, top + side - at + 4, { anchor: "end", fill: "#555" });
  });
  const middle = top + side / 2;
  return grid.toReversed().join("") +
    text("recall", left + side / 2, top + side + 40, { anchor: "middle" }) +
    text("precision", 20, middle, { anchor: "middle", transform: `rotate(-90 20 ${middle})` });
}

function legendRow({ name, AP50, colour, width }: Line, row: number): string {
  const [x, y] = [left + side + 20, legendTop + row * 20];
  return tag("path", { d: `M${x} ${y - 4}h22`, stroke: colour, "stroke-width": width }) +
    text(`${AP50.toFixed(3)}  ${shortened(name, 24)}`, x + 30, y);
}
