import type { Counted, Point, Totals } from "../counting/mod.ts";
import type { Drawing } from "../native/mod.ts";

/** Of good and of rejected parts, 0xRRGGBB. */
export const verdictColors = { good: 0x34c759, rejected: 0xff3b30 } as const;

const shapeColor = 0xffd60aff;
const plate = 0x000000a0;
/** A label's plate that is not seen; its ink is white then. */
const none = 0x00000000;
/** Width of a letter of the bold sans-serif, in heights: enough for most texts. */
const letterWidth = 0.68;
/** Classes or defects that are named in a panel; the rest are summed. */
const mostNames = 6;

/** How large things are drawn, in pixels. */
export interface PanelSizes {
  readonly thickness: number;
  readonly textSize: number;
}

/** A line of a panel, with the colour of its mark if it has one. */
interface PanelLine {
  readonly text: string;
  readonly color?: number;
}

/** Draws lines and zones, with an arrow the way that counts. */
export function drawShape(drawing: Drawing, counted: Counted, sizes: PanelSizes): void {
  const { shape, direction } = counted;
  const { thickness, textSize } = sizes;
  const sides = direction === undefined ? shape.length : 1;
  for (let i = 0; i < sides; i++) {
    drawing.line([...shape[i]!, ...shape[(i + 1) % shape.length]!], shapeColor, thickness);
  }
  if (direction === "forward" || direction === "backward") {
    const [a, b] = shape as readonly [Point, Point];
    const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
    // Forward is to the right of who goes from a to b.
    const way = (direction === "forward" ? textSize : -textSize) / length;
    const [x, y] = [(a[1] - b[1]) * way, (b[0] - a[0]) * way];
    const tip: Point = [(a[0] + b[0]) / 2 + x, (a[1] + b[1]) / 2 + y];
    drawing.line([tip[0] - x, tip[1] - y, ...tip], shapeColor, thickness);
    for (const side of [-0.4, 0.4]) {
      const end = [tip[0] - 0.5 * x - side * y, tip[1] - 0.5 * y + side * x];
      drawing.line([...end, ...tip], shapeColor, thickness);
    }
  }
}

/** Draws what was counted on a plate at the top left, one below the other. */
export function drawPanels(
  drawing: Drawing,
  counts: readonly (readonly [string, Counted])[],
  { textSize }: PanelSizes,
): void {
  const margin = Math.round(textSize / 2);
  const row = Math.round(textSize * 1.35);
  let top = margin;
  for (const [id, counted] of counts) {
    const lines = panelLines(counted);
    if (counts.length > 1) lines.unshift({ text: id });
    const longest = Math.max(...lines.map(({ text }) => [...text].length));
    // A mark is as wide as the line is high.
    const right = Math.round(margin + row + longest * textSize * letterWidth + margin);
    const bottom = top + lines.length * row + margin;
    drawing.filledBox([margin, top, right, bottom], plate);
    lines.forEach(({ text, color }, i) => {
      const y = top + margin / 2 + i * row;
      if (color !== undefined) {
        const [from, to] = [0.3 * row, 0.75 * row];
        drawing.filledBox([margin + from, y + from, margin + to, y + to], color * 256 + 0xff);
      }
      drawing.label(text, margin + 0.8 * row, y + row, none, textSize);
    });
    top = bottom + margin;
  }
}

function panelLines({ judged, totals }: Counted): PanelLine[] {
  const { seen, good, rejected, classes, defects } = totals;
  if (!judged) return [{ text: `${seen} counted` }, ...named(classes)];
  return [
    { text: `${seen} counted` },
    { text: `${good} good`, color: verdictColors.good },
    { text: `${rejected} rejected`, color: verdictColors.rejected },
    ...named(defects),
  ];
}

function named(counts: Totals["classes"]): PanelLine[] {
  const sorted = Object.entries(counts).sort(([, a], [, b]) => b - a);
  const lines = sorted.slice(0, mostNames).map(([name, count]) => ({ text: `  ${count} ${name}` }));
  const rest = sorted.slice(mostNames).reduce((sum, [, count]) => sum + count, 0);
  return rest > 0 ? [...lines, { text: `  ${rest} others` }] : lines;
}
