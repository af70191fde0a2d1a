/**
 * INT8 models from a plan and ranges, for each engine in its form.
 * @module
 */
export {
  type CacheHeader,
  type CalibrationCache,
  exportCache,
  formatCache,
  parseCache,
} from "./cache.ts";
export { type CacheTensor, cacheTensors } from "./cache_tensors.ts";
export { exportOpenvino, type OpenvinoOptions } from "./openvino.ts";
export type { Range, Ranges } from "./ranges.ts";
export { exportTensorrt, type TensorrtOptions } from "./tensorrt.ts";
export type { WeightForm } from "./weights.ts";
