import type { Confusion } from "../confusion.ts";
import { drawing, shortened, tag, text } from "./svg.ts";

/** Most characters of a class name beside the matrix. */
const longest = 18;

/**
 * Draws a confusion matrix as SVG: a row for each class of boxes, a column for each class of detections,
 * each cell shaded by its share of its row; where there is no box, by its share of its column. Classes that
 * occur nowhere are left out. `note` stands under the columns.
 */
export function confusionChart({ names, counts }: Confusion, title: string, note = ""): string {
  const width = names.length + 1;
  const count = (row: number, column: number) => counts[row * width + column]!;
  const occurs = (i: number) =>
    Array.from({ length: width }, (_, j) => count(i, j) + count(j, i)).some((sum) => sum > 0);
  const shown = [...names.keys()].filter(occurs);
  const rows = [...shown, width - 1];
  const few = rows.length <= 16;
  const cell = few ? 44 : rows.length <= 40 ? 24 : 14;
  const label = few ? 12 : rows.length <= 40 ? 11 : 9;
  const letters = Math.max(9, ...shown.map((i) => Math.min(longest, names[i]!.length)));
  const margin = 44 + letters * label * 0.62;
  const side = cell * rows.length;
  const cells: string[] = [];
  for (const [y, row] of rows.entries()) {
    const found = rows.reduce((total, column) => total + count(row, column), 0);
    for (const [x, column] of rows.entries()) {
      const value = count(row, column);
      // No box and no detection: nobody counts those.
      const nothing = row === width - 1 && column === width - 1;
      const whole = row < width - 1
        ? found
        : rows.reduce((total, other) => total + count(other, column), 0);
      const share = whole > 0 ? value / whole : 0;
      const place = { x: margin + x * cell, y: margin + y * cell };
      cells.push(tag("rect", {
        ...place,
        width: cell,
        height: cell,
        fill: nothing ? "#eee" : shade(share, row === column),
        stroke: "#e4e4e4",
        "stroke-width": 0.5,
      }));
      if (value === 0 || cell < 20) continue;
      cells.push(text(String(value), place.x + cell / 2, place.y + cell / 2 + 4, {
        anchor: "middle",
        fill: share > 0.55 ? "#fff" : "#222",
        "font-size": Math.min(label, cell * 1.5 / String(value).length),
      }));
    }
  }
  const nameOf = (index: number, none: string) =>
    index === width - 1 ? none : shortened(names[index]!, longest);
  const beside = rows.map((index, i) => {
    const at = margin + i * cell + cell / 2;
    const above = `rotate(-60 ${at.toFixed(1)} ${(margin - 8).toFixed(1)})`;
    return text(nameOf(index, "no box"), margin - 8, at + 4, {
      anchor: "end",
      "font-size": label,
    }) +
      text(nameOf(index, "not found"), at, margin - 8, { transform: above, "font-size": label });
  });
  const middle = margin + side / 2;
  return drawing(
    margin + side + 90,
    margin + side + 34,
    text(shortened(title, Math.floor((margin + side + 60) / 9.2)), 16, 24, {
      "font-size": 15,
      "font-weight": "bold",
    }),
    ...cells,
    ...beside,
    text(`found as${note && ` (${note})`}`, middle, margin + side + 22, {
      anchor: "middle",
      fill: "#555",
    }),
    text("is", 16, middle, {
      anchor: "middle",
      fill: "#555",
      transform: `rotate(-90 16 ${middle})`,
    }),
  );
}

/** White to blue on the diagonal, where it is right; to orange elsewhere. */
function shade(share: number, right: boolean): string {
  const full = right ? [0, 90, 160] : [200, 80, 0];
  // So that a few mistakes can be seen.
  const weight = share ** 0.7;
  const mixed = full.map((value) => Math.round(255 + (value - 255) * weight));
  return `rgb(${mixed.join(",")})`;
}
