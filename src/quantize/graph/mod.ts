/**
 * What of a model can be in INT8, found by structure.
 * @module
 */
export { planQuantization } from "./find.ts";
export * from "./plan.ts";
export { prepare } from "./prepare.ts";
