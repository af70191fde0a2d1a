import { basename, join } from "node:path";
import type { NativeEngine, NativeRuntime } from "../../native/mod.ts";
import { readModel } from "../../onnx/read.ts";
import { writeModel } from "../../onnx/write.ts";
import { modelHash } from "../../quantize/calibration/hashes.ts";
import { pairedWeights, saturatingWeights } from "../../quantize/complete/paired.ts";
import { unsignedActivations } from "../../quantize/complete/unsigned.ts";
import { engineConfig, type EngineNeed } from "../engines.ts";
import { runnerOf } from "./backend.ts";
import { openCache, prune, use } from "./folder.ts";
import { ownVersion } from "./own_version.ts";
import { keyOf } from "./prepare.ts";

/**
 * Opens a model that has Q/DQ already. OpenVINO is given another form of it, from the cache as well,
 * where it would compute something else than the model says: with signed activations, and with weights
 * that saturate on this processor.
 *
 * @param warn Told of weights that were changed.
 * @throws {Error} As `openInt8`.
 */
export async function openQuantized(
  native: NativeRuntime,
  need: EngineNeed,
  warn: (message: string) => void,
): Promise<NativeEngine> {
  const { options } = need;
  const runner = runnerOf(native, options);
  if (runner?.backend !== "openvino") return await native.openEngine(engineConfig(need));
  const whole = readModel(options.model);
  const unsigned = unsignedActivations(whole);
  const right = unsigned ?? whole;
  const saturating = runner.saturates ? saturatingWeights(right) : undefined;
  if (!unsigned && !saturating) return await native.openEngine(engineConfig(need));
  if (saturating) {
    warn(
      `on this processor, which has no VNNI, INT8 would saturate in ${saturating.groups.length} of ` +
        `${saturating.of} layers of ${
          basename(options.model)
        }: their weights are made coarser, by half ` +
        "at most; see with evaluate what that costs",
    );
  }
  const cache = await openCache(options.cache);
  try {
    const stem = basename(options.model).replace(/\.onnx$/i, "");
    const sha256 = await modelHash(options.model, whole.external);
    const form = [unsigned && "unsigned", saturating && "paired"];
    const home = join(cache.path, `${stem}-${keyOf(ownVersion(), form, sha256)}`);
    await use(home);
    const model = join(home, `${stem}.openvino.onnx`);
    if (!await Deno.stat(model).then(() => true, () => false)) {
      writeModel(saturating ? pairedWeights(right, saturating.groups) : right, model);
      await prune(cache.path);
    }
    return await native.openEngine({ ...engineConfig(need), model });
  } finally {
    await cache.close();
  }
}
