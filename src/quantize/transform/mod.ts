/**
 * What changes a model's numbers so that its INT8 form comes nearer to it.
 * @module
 */
export { addToBiases, type BiasCorrections } from "./biases.ts";
export { correctBiases, type CorrectOptions } from "./correct_biases.ts";
export { equalise, type EqualPair, equalPairs, floatModel } from "./equalise.ts";
export type { Subject } from "../subject.ts";
