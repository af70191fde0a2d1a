import { z } from "zod";
import { type Point, polygonArea } from "../counting/mod.ts";
import { duration } from "../graph/values.ts";
import type { ScriptElement } from "./declaration.ts";
import { LineCount } from "./line_count.ts";

const share = z.number().min(0).max(1);
const point = z.array(z.number().min(0)).length(2);
const names = z.array(z.string().min(1)).min(1);

const options = z.strictObject({
  line: z.array(point).length(2).optional().describe(
    "Two points [x, y]; if no number is over 1, fractions of the picture's width and height, else pixels",
  ),
  zone: z.array(point).min(3).optional().describe(
    "Corners of a polygon, in place of a line; numbers as there",
  ),
  direction: z.enum(["any", "forward", "backward"]).optional().describe(
    "Which way across the line counts; forward is from left to right of one who goes from its first " +
      "point to its second. Left out: any",
  ),
  on: z.enum(["enter", "leave"]).optional().describe(
    "When a zone counts a thing; vanishing in it is leaving. Left out: leave, when most is known of it",
  ),
  point: z.enum(["center", "top", "bottom", "left", "right"]).default("center").describe(
    "The point of a box that must pass: its middle, or that of an edge",
  ),
  band: z.number().min(0).default(0.02).describe(
    "A thing has passed once it is this far beyond; under 1 a fraction of the picture's shorter side, " +
      "else pixels",
  ),
  memory: duration().default(2).describe(
    "Stream time in which a lost track may be found again under another id",
  ),
  frames: z.number().int().min(1).max(1000).default(2).describe(
    "Things seen in fewer frames are not counted",
  ),
  classes: names.optional().describe("Classes to count, * for any text; left out: all"),
  reject: names.optional().describe(
    'Classes of bad parts, * for any text: "*:*" is every name such as washer:scratch. The defect is ' +
      "what follows the colon, else the whole name",
  ),
  defects: names.optional().describe(
    "Classes of flaws that have boxes of their own: a part whose box holds a flaw's centre has it",
  ),
  share: share.default(0.5).describe(
    "Share of a part's votes, weighted by score, that must be for bad parts to reject it",
  ),
}).superRefine(({ line, zone, direction, on }, context) => {
  const refuse = (message: string) => context.addIssue({ code: "custom", message });
  if ((line === undefined) === (zone === undefined)) {
    refuse(
      line
        ? "has a line and a zone: one element counts at one of them"
        : "needs a line, [[x, y], [x, y]], or a zone, [[x, y], [x, y], [x, y], …]",
    );
  } else if (line && String(line[0]) === String(line[1])) {
    refuse("has a line from a point to itself");
  } else if (zone && polygonArea(zone as unknown as Point[]) === 0) {
    refuse("has a zone without an area");
  } else if (line && on) refuse("has `on`, which goes with a zone; a line has `direction`");
  else if (zone && direction) refuse("has `direction`, which goes with a line; a zone has `on`");
});

/** Options of `count`, parsed. */
export type CountOptions = z.output<typeof options>;

/** Counts parts. */
export const count: ScriptElement<CountOptions> = {
  name: "count",
  role: "transform",
  summary: "Counts tracked parts as they pass a line or a zone, good and rejected ones",
  description:
    `Each part is counted once, however it jitters on the line or comes back, and also if its track
is lost and found again under another id. What is first seen beyond the line is not counted; what
vanishes past the line, or in the zone, is. The line [[0.5, 1], [0.5, 0]] is drawn upwards, so forward
across it is from left to right of the picture; swap its points for the other way.
Every frame of a part votes for its class with its score (a tenth of it where the picture's border cuts
the box), and what is counted gets the verdict of the votes so far. So that a part keeps its track while
its class changes, write track: { classAware: false }, and nms: { agnostic: true }.
The counts are in the packet's data under this element's id: overlay draws them, events writes them,
evidence keeps rejects.`,
  accepts: ["tracks"],
  gives: "same",
  options,
  shorthand: "line",
  example: 'count: { line: [[0.5, 1], [0.5, 0]], direction: forward, reject: ["*:*"] }',
  create: (options, context) => new LineCount(options, context),
};
