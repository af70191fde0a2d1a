import { join } from "node:path";
import type { DecodedImage } from "../../elements/image_decode.ts";
import { nms } from "../../elements/nms.ts";
import { partContext } from "../../elements/part_context.ts";
import type { NativeRuntime } from "../../native/mod.ts";
import { likelyCause, type SelfCheck, selfCheckText } from "../../quantize/golden/check.ts";
import { engineConfig } from "../engines.ts";
import { PipelineError, reasonOf } from "../error.ts";
import { sixteenBits } from "./backend.ts";
import { writeWhole } from "../../whole_file.ts";
import type { Int8Engine } from "./prepare.ts";
import { goldenOf, selfCheck } from "./self_check.ts";
import { isSlower, raceOf, type Speed } from "./speed.ts";

/** What a run's report says of an engine that was made INT8. */
export interface Int8Report {
  /** The INT8 model in the cache. */
  readonly model: string;
  readonly calibration: string;
  /** Whether the model was made at this start. */
  readonly made: boolean;
  /** How it did on the calibration's golden pictures; null: there was no check. */
  readonly selfCheck: Omit<SelfCheck, "missing"> & { readonly missing: unknown } | null;
  /** Beside the 16-bit model, when that was measured; null: it was not. */
  readonly speed: Speed | null;
}

/** Tells of what is doubtful. */
export type Tell = (level: "info" | "warning", message: string) => void;

/**
 * Sees whether an INT8 engine finds what the float model found in the calibration's golden pictures,
 * and whether it is faster than the 16-bit one. The latter is measured once and then kept.
 *
 * @throws {PipelineError} It finds too little, and `selfCheck` is `refuse`.
 */
export async function trust(
  native: NativeRuntime,
  opened: Int8Engine,
  tell: Tell,
): Promise<Int8Report> {
  const { options, model, int8 } = opened.need;
  const use = int8!;
  if (opened.problem) tell("warning", `INT8 models are not kept: ${opened.problem}`);
  if (use.calibration.weights === "free" && opened.runner.saturates) {
    tell(
      "warning",
      "this processor has no VNNI, and the calibration was measured on one that has: weights are " +
        "coarser here, so INT8 may lose more than was measured; calibrate with --weights paired, " +
        "or evaluate here",
    );
  }
  const wanted = options.selfCheck !== "off";
  let pictures: DecodedImage[] = [];
  let check: SelfCheck | undefined;
  if (wanted || options.compareSpeed) pictures = await goldenOf(use);
  if (wanted && pictures.length > 0) {
    check = await selfCheck(native, opened.engine.handle, model, use, pictures);
  }
  if (check && !check.passed) {
    const text = `self-check of ${opened.model}: ${selfCheckText(check, model.labels)}`;
    if (options.selfCheck === "refuse") {
      throw new PipelineError(
        `${text}. Likely: ${likelyCause(check)}; selfCheck: warn runs it all the same`,
        use.position,
      );
    }
    tell("warning", `${text}. Likely: ${likelyCause(check)}`);
  } else if (wanted && !check) {
    const lack = (use.calibration.golden ?? []).length === 0
      ? "has no golden pictures, having been made by an older program"
      : "has golden pictures in which the float model finds nothing";
    tell("warning", `there was no self-check: ${use.path} ${lack}; calibrate again to have one`);
  }
  const speed = options.compareSpeed ? await speedOf(native, opened, pictures, tell) : null;
  if (speed && isSlower(speed)) {
    const { int8, float, precision, batch } = speed;
    tell(
      "warning",
      `INT8 is slower than ${precision} on this machine: ${int8.toFixed(1)} against ` +
        `${float.toFixed(1)} pictures/s at batch ${batch}; precision: ${precision} without a ` +
        "calibration is faster and nearer to the model",
    );
  }
  const label = (id: number) => model.labels[id] ?? `class ${id}`;
  return {
    model: opened.model,
    calibration: use.path,
    made: opened.made,
    selfCheck: check
      ? { ...check, missing: check.missing.map((one) => ({ ...one, class: label(one.class) })) }
      : null,
    speed,
  };
}

async function speedOf(
  native: NativeRuntime,
  { need, engine, runner, folder }: Int8Engine,
  pictures: readonly DecodedImage[],
  tell: Tell,
): Promise<Speed | null> {
  const file = join(folder, "speed.json");
  const kept = await Deno.readTextFile(file).then(JSON.parse).catch(() => undefined);
  if (typeof kept?.int8 === "number" && typeof kept.float === "number") return kept as Speed;
  const precision = sixteenBits(runner);
  try {
    const other = await native.openEngine({ ...engineConfig(need), precision, cache: "" });
    try {
      const shown = pictures.length > 0 ? pictures : [grey];
      const parts = {
        letterbox: need.int8!.letterbox,
        ...nms.part(nms.options.parse({}), partContext(nms.name, { model: need.model })),
      };
      const [int8, float] = await raceOf(native, [engine, other], parts, shown);
      const { batch } = need.options;
      const speed: Speed = { int8, float, precision, batch };
      writeWhole(file, JSON.stringify(speed) + "\n");
      return speed;
    } finally {
      await other.close();
    }
  } catch (error) {
    tell("info", `INT8 was not timed against ${precision}: ${reasonOf(error)}`);
    return null;
  }
}

/** For want of pictures: how long a model takes does not depend on what is in them. */
const grey: DecodedImage = {
  format: "GREY",
  width: 32,
  height: 32,
  data: new Uint8Array(32 * 32).fill(114),
};
