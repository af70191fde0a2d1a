import { drawing, shortened, tag, text } from "../../evaluate/chart/svg.ts";
import type { GroupDamage } from "./damage.ts";

/** More are not drawn: what is left does next to nothing. */
const mostBars = 48;
const [left, top, row, side] = [190, 78, 17, 460];
const colours = { int8: "#0072b2", float: "#d55e00" };

/**
 * Draws the damage by group as SVG, most first: logarithmic, because a few do nearly all of it.
 *
 * @param title Of the model.
 * @param float Ids of the groups that stay float.
 */
export function damageChart(
  title: string,
  damages: readonly GroupDamage[],
  float: ReadonlySet<string>,
): string {
  const sorted = damages.toSorted((a, b) => b.damage - a.damage);
  const bars = sorted.slice(0, mostBars);
  const greatest = Math.max(bars[0]?.damage ?? 0, 1e-3);
  const decades = [Math.floor(Math.log10(greatest)) - 2, Math.ceil(Math.log10(greatest))];
  const [low, high] = decades as [number, number];
  const width = (damage: number) =>
    side * Math.max(0, Math.min(1, (Math.log10(Math.max(damage, 1e-9)) - low) / (high - low)));
  const height = bars.length * row;
  const ticks = Array.from({ length: high - low + 1 }, (_, i) => {
    const x = left + side * i / (high - low);
    return tag("path", { d: `M${x.toFixed(1)} ${top}v${height}`, stroke: "#e4e4e4" }) +
      text(`${Number((10 ** (low + i)).toPrecision(1))} %`, x, top - 8, {
        anchor: "middle",
        fill: "#555",
      });
  });
  const rows = bars.map(({ group: { id }, damage }, i) => {
    const y = top + i * row;
    const fill = float.has(id) ? colours.float : colours.int8;
    return text(shortened(id, 26), left - 8, y + 12, { anchor: "end" }) +
      tag("rect", { x: left, y: y + 3, width: width(damage), height: row - 6, fill }) +
      text(damage.toPrecision(2), left + width(damage) + 5, y + 12, { fill: "#555" });
  });
  const more = sorted.length - bars.length;
  const legend = (["int8", "float"] as const).map((kind, i) =>
    tag("rect", { x: left + i * 130, y: 36, width: 12, height: 12, fill: colours[kind] }) +
    text(kind === "int8" ? "stays in INT8" : "stays float", left + 18 + i * 130, 46)
  );
  return drawing(
    left + side + 70,
    top + height + 36,
    text(shortened(`${title}: error at the output with one group alone in INT8`, 82), 16, 24, {
      "font-size": 14,
      "font-weight": "bold",
    }),
    ...legend,
    ...ticks,
    ...rows,
    more > 0 ? text(`and ${more} groups that do less`, left, top + height + 22) : "",
  );
}
