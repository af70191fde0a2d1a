/**
 * Whole ONNX models: read, looked through, edited, written.
 * @module
 */
export { OnnxModel } from "./model.ts";
export { parseModel, readModel } from "./read.ts";
export { modelBytes, writeModel } from "./write.ts";
export { removeUnused, withOutputs } from "./edit.ts";
export { GraphIndex, type Use } from "./graph_index.ts";
export * from "./messages.ts";
