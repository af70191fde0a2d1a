import type { Calibration, Preprocessing } from "./calibration.ts";
import { CalibrationError } from "./error.ts";
import type { InputSize } from "./instrumented.ts";

/** What a calibration is to be used for. */
export interface Use {
  /** The model that is to become INT8. */
  readonly model: Calibration["model"];
  /** How pictures will be put into it. */
  readonly preprocessing: Preprocessing;
  /** Null where any of the calibration's sizes will do. */
  readonly size: InputSize | null;
}

/**
 * Checks that a calibration was made for what it is to be used for.
 *
 * @param path Of the calibration, for messages.
 * @throws {CalibrationError} It was made for another model, other preprocessing or another size.
 */
export function checkBelongs(calibration: Calibration, use: Use, path: string): void {
  const { model, sizes, preprocessing } = calibration;
  const fail = (message: string): never => {
    throw new CalibrationError(`${message}: calibrate again (lineside quantize)`, path);
  };
  if (model.sha256 !== use.model.sha256) {
    fail(
      `was made for another model: ${model.file} with the hash ${short(model.sha256)}, but ` +
        `${use.model.file} has ${short(use.model.sha256)}`,
    );
  }
  for (const key of Object.keys(preprocessing) as (keyof Preprocessing)[]) {
    const made = JSON.stringify(preprocessing[key]);
    const used = JSON.stringify(use.preprocessing[key]);
    if (made !== used) {
      fail(`was made with other preprocessing: ${key} was ${made}, and now is ${used}`);
    }
  }
  const { size } = use;
  if (size && !sizes.some(({ width, height }) => width === size.width && height === size.height)) {
    const made = sizes.map(({ width, height }) => `${width}x${height}`).join(", ");
    fail(`was made at the size ${made}, and the input is ${size.width}x${size.height}`);
  }
}

const short = (hash: string) => `${hash.slice(0, 12)}…`;
