/**
 * Counting of tracked things as they pass a line or a zone, and verdicts from the votes of their frames.
 * @module
 */
export { Counter, type CounterFrame, type CounterOptions } from "./counter.ts";
export {
  type Counted,
  countsOf,
  type Crossing,
  type Direction,
  type ThingInView,
  type Totals,
} from "./counted.ts";
export { type Anchor, type Box, type Point, polygonArea } from "./geometry.ts";
export { defectOf, kindOf, matcher } from "./pattern.ts";
export type { Shape } from "./shape.ts";
export type { VerdictRules } from "./votes.ts";
