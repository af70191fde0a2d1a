/**
 * INT8 models from a plan and ranges, for each engine in its form.
 * @module
 */
export { exportOpenvino, type OpenvinoOptions } from "./openvino.ts";
export type { Range, Ranges } from "./ranges.ts";
