import assert from "node:assert/strict";
import { basename, join } from "node:path";
import sharp from "sharp";
import { type NativeEngine, type NativeRuntime, openNative } from "../../src/native/mod.ts";
import { type OnnxModel, readModel, withOutputs, writeModel } from "../../src/onnx/mod.ts";
import { makeNode } from "../../src/onnx/attributes.ts";
import { dimensions, floats, floatTensor } from "../../src/onnx/tensor.ts";
import type { Detection, Frame } from "../../src/runtime/packet.ts";
import { inFolder } from "../plans.ts";
import { output } from "../process.ts";
import { repository, shared, skipped } from "../shared.ts";

const parts = repository("pipelines/assets/parts-n.onnx");
const native = { input: "native", decode: "native" };

async function using(test: (runtime: NativeRuntime) => Promise<void>): Promise<void> {
  const runtime = openNative({ threads: 2 });
  try {
    await test(runtime);
  } finally {
    assert.equal(await runtime.close(), 0);
  }
}

/** How a model's detections are read, and what is looked at. */
interface Subject {
  readonly model: string;
  readonly family?: "yolox";
  readonly classes: number;
  readonly size: number;
  readonly pictures: readonly string[];
}

/** What an engine finds in each picture. */
async function found(
  runtime: NativeRuntime,
  { family, classes, size, pictures }: Subject,
  engine: NativeEngine,
): Promise<Detection[][]> {
  const chain = runtime.createChain({
    letterbox: {
      width: size,
      height: size,
      ...(family && { align: "top-left", order: "BGR", scale: 1 }),
    },
    engine: engine.handle,
    nms: { family: family ?? "yolov8", classes, score: 0.1 },
  }, []);
  const all: Detection[][] = [];
  for (const picture of pictures) {
    const { data, info } = await sharp(picture).removeAlpha().toColorspace("srgb").raw()
      .toBuffer({ resolveWithObject: true });
    const frame = runtime.createFrame("RGB", info.width, info.height, data, 0, all.length);
    all.push(
      await new Promise<Detection[]>((resolve, reject) =>
        chain.submit(frame, (error, given, detections) => {
          given.release();
          if (error) reject(error);
          else resolve(detections!);
        })
      ),
    );
  }
  await chain.close();
  return all;
}

/**
 * The model's own decoding and ours, side by side: nothing but rounding may lie between.
 *
 * @param input Of the engine that decodes itself.
 */
async function compare(
  runtime: NativeRuntime,
  subject: Subject,
  input = "model",
): Promise<void> {
  const open = (more: Record<string, string>) =>
    runtime.openEngine({ model: subject.model, precision: "fp32", ...more });
  const [own, cut] = [await open({ input }), await open(native)];
  assert.equal(own.info.head, undefined);
  assert.equal(cut.info.head?.kind, subject.family ? "offsets" : "distributions");
  const expected = await found(runtime, subject, own);
  const ours = await found(runtime, subject, cut);
  let [most, worst, seen] = [0, 0, 0];
  ours.forEach((detections, picture) => {
    assert.equal(detections.length, expected[picture]!.length, subject.pictures[picture]);
    for (const one of detections) {
      const gaps = expected[picture]!.filter(({ classId }) => classId === one.classId)
        .map((other) => Math.max(...one.box.map((value, i) => Math.abs(value - other.box[i]!))));
      const nearest = gaps.indexOf(Math.min(...gaps));
      const same = expected[picture]!.filter(({ classId }) => classId === one.classId)[nearest];
      assert.ok(same, `${subject.pictures[picture]}: ${JSON.stringify(one)}`);
      most = Math.max(most, gaps[nearest]!);
      worst = Math.max(worst, Math.abs(one.score - same.score));
      seen++;
    }
  });
  assert.ok(seen > 2 * subject.pictures.length, `only ${seen} detections`);
  assert.ok(most < 0.05 && worst < 1e-3, `boxes differ by ${most} px, scores by ${worst}`);
  await own.close();
  await cut.close();
}

/** Pictures of the drawn line that `parts-n.onnx` was trained on. */
async function drawn(folder: string, count: number): Promise<string[]> {
  const clip = repository("pipelines/assets/line.mp4");
  const picked = ["-vf", "select=not(mod(n\\,20))", "-vsync", "vfr", "-frames:v", `${count}`];
  await output(["ffmpeg", "-loglevel", "error", "-i", clip, ...picked, `${folder}/%02d.png`]);
  return Array.from(
    { length: count },
    (_, i) => join(folder, `${String(i + 1).padStart(2, "0")}.png`),
  );
}

const partsOf = (model: string, pictures: readonly string[]) => ({
  model,
  classes: 23,
  size: 416,
  pictures,
});

Deno.test("a head decoded by us is what the model decodes, in FP32 and of INT8 maps", () =>
  inFolder(async (folder) => {
    const pictures = await drawn(folder, 10);
    await output([
      repository("scripts/lineside"),
      ...["quantize", parts, "--images", folder, "--output", folder, "--targets", "openvino"],
      // What is asked is whether both decode alike, not how well they do.
      ...["--max-drop", "none", "--method", "percentile"],
    ]);
    await using((runtime) => compare(runtime, partsOf(parts, pictures)));
    const int8 = join(folder, "parts-n.int8.openvino.onnx");
    await using((runtime) => compare(runtime, partsOf(int8, pictures)));
  }));

const photographs = shared("coco/images/val2017");
/** The first of them by name. */
const some = (count: number) =>
  [...Deno.readDirSync(photographs!)].map(({ name }) => name).sort().slice(0, count)
    .map((name) => join(photographs!, name));

const yolov8n = shared("models/yolov8n_fp32_reconstructed.onnx");
Deno.test(
  {
    name: "YOLOv8n's head decoded by us is what it decodes itself",
    ignore: skipped("YOLOv8n's head", { "shared test data": photographs, "YOLOv8n": yolov8n }),
  },
  () =>
    using((runtime) =>
      compare(runtime, { model: yolov8n!, classes: 80, size: 640, pictures: some(12) })
    ),
);

const yoloxNano = shared("models/yolox_nano_coco_416_fp32.onnx");
const yoloxFiles = { "shared test data": photographs, "YOLOX-Nano": yoloxNano };
Deno.test({
  name: "YOLOX-Nano's head decoded by us is what it decodes itself, in FP32 and of INT8 maps",
  ignore: skipped("YOLOX-Nano's head", yoloxFiles),
}, () =>
  inFolder(async (folder) => {
    const subject = { family: "yolox", classes: 80, size: 416, pictures: some(12) } as const;
    await using((runtime) => compare(runtime, { ...subject, model: yoloxNano! }));
    await output([
      repository("scripts/lineside"),
      ...["quantize", yoloxNano!, "--images", photographs!, "--most", "12", "--output", folder],
      ...["--targets", "openvino", "--max-drop", "none", "--method", "percentile"],
    ]);
    const model = join(folder, basename(yoloxNano!, ".onnx") + ".int8.openvino.onnx");
    // With another input OpenVINO computes this one by other kernels, whose last bits become whole
    // steps of INT8.
    await using((runtime) => compare(runtime, { ...subject, model }, "native"));
  }));

/** Changes that leave YOLOX's head nearly, but not quite, as it was. */
const offsetChanges: Record<string, (model: OnnxModel) => void> = {
  none: () => {},
  "scores of another curve": (model) => {
    const sigmoids = model.graph.node.filter(({ opType }) => opType === "Sigmoid");
    sigmoids.at(-1)!.opType = "HardSigmoid";
  },
  "boxes in pixels": (model) => behind(model, "Mul", 1.01),
  "boxes after scores": (model) => {
    for (const { opType, input } of model.graph.node) {
      if (opType === "Concat" && input.length === 3) [input[0], input[1]] = [input[1]!, input[0]!];
    }
  },
};

Deno.test({
  name: "what is nearly YOLOX's head stays uncut",
  ignore: skipped("nearly YOLOX's head", { "YOLOX-Nano": yoloxNano }),
}, () =>
  using((runtime) =>
    inFolder(async (folder) => {
      const path = join(folder, "changed.onnx");
      for (const [name, change] of Object.entries(offsetChanges)) {
        const model = readModel(yoloxNano!);
        change(model);
        writeModel(model, path);
        const engine = await runtime.openEngine({ model: path, ...native });
        assert.equal(engine.info.head?.kind, name === "none" ? "offsets" : undefined, name);
        assert.equal(engine.info.outputs?.length, name === "none" ? 9 : 1, name);
        await engine.close();
      }
    })
  ));

/** Changes that leave a head which is nearly, but not quite, the one we decode. */
const changes: Record<string, (model: OnnxModel) => OnnxModel | void> = {
  "one anchor's stride": (model) => changed(model, "strides", (values) => values[3500]! += 0.02),
  "one anchor's centre": (model) => changed(model, "centres", (values) => values[5]! += 0.02),
  "anchors in a cell's corner": (model) =>
    changed(model, "centres", (values) => values.forEach((_, i) => values[i]! -= 4)),
  "one bin's number": (model) => {
    const bins = Float32Array.from({ length: 16 }, (_, i) => i === 9 ? 9.01 : i);
    rewired(model, "/MatMul", 1, floatTensor("bins", [16], bins));
  },
  "bins from 1 to 16": (model) => {
    const bins = Float32Array.from({ length: 16 }, (_, i) => i + 1);
    rewired(model, "/MatMul", 1, floatTensor("bins", [16], bins));
  },
  "another share of the difference": (model) =>
    rewired(model, "/Div_1", 1, floatTensor("half", [], Float32Array.of(2.01))),
  "scores of another curve": (model) => {
    node(model, "/Sigmoid").opType = "HardSigmoid";
  },
  "a clipped output": (model) => behind(model, "Max", 0),
  "a second output": (model) => withOutputs(model, ["/Sigmoid_output_0"]),
};

function node(model: OnnxModel, name: string) {
  const one = model.graph.node.find((candidate) => candidate.name === name);
  assert.ok(one, name);
  return one;
}

/** One more operation, with a constant, after the one that gives the output. */
function behind(model: OnnxModel, operator: string, value: number) {
  const { graph } = model;
  const name = graph.output[0]!.name!;
  const last = graph.node.find(({ output }) => output[0] === name)!;
  last.output[0] = "before";
  graph.initializer.push(floatTensor("constant", [], Float32Array.of(value)));
  graph.node.push(makeNode(operator, "last", ["before", "constant"], [name]));
}

function changed(model: OnnxModel, name: string, change: (values: Float32Array) => void) {
  const at = model.graph.initializer.findIndex((tensor) => tensor.name === name);
  const tensor = model.graph.initializer[at]!;
  const values = Float32Array.from(floats(tensor));
  change(values);
  model.graph.initializer[at] = floatTensor(name, dimensions(tensor), values);
}

function rewired(
  model: OnnxModel,
  name: string,
  input: number,
  tensor: ReturnType<typeof floatTensor>,
) {
  model.graph.initializer.push(tensor);
  node(model, name).input[input] = tensor.name!;
}

Deno.test("what is nearly a head stays uncut, and says the model's own outputs", () =>
  using((runtime) =>
    inFolder(async (folder) => {
      const asIs = join(folder, "as it is.onnx");
      writeModel(readModel(parts), asIs);
      const engine = await runtime.openEngine({ model: asIs, ...native });
      assert.equal(engine.info.outputs?.length, 6);
      assert.deepEqual(engine.info.head, {
        kind: "distributions",
        layout: "NHWC",
        bins: 16,
        levels: [8, 16, 32].map((stride, i) => ({ boxes: 2 * i, classes: 2 * i + 1, stride })),
      });
      await engine.close();
      for (const [name, change] of Object.entries(changes)) {
        const path = join(folder, "changed.onnx");
        const model = readModel(parts);
        writeModel(change(model) ?? model, path);
        const engine = await runtime.openEngine({ model: path, ...native });
        assert.equal(engine.info.head, undefined, name);
        assert.deepEqual(engine.info.outputs?.[0]?.shape, [1, 27, 3549], name);
        await engine.close();
      }
    })
  ));

Deno.test("who reads tensors is refused an engine that leaves decoding to nms", () =>
  using(async (runtime) => {
    const engine = await runtime.openEngine({ model: parts, ...native });
    const config = { letterbox: { width: 416, height: 416 }, engine: engine.handle };
    assert.throws(() => runtime.createChain(config, []), /decode: native.* only nms can read/);
    await engine.close();
  }));

Deno.test("an engine of which only the input may differ gives the model's outputs", () =>
  using(async (runtime) => {
    const values: Float32Array[] = [];
    for (const input of ["model", "native"]) {
      const engine = await runtime.openEngine({ model: parts, precision: "fp32", input });
      const letterbox = { width: 416, height: 416 };
      const chain = runtime.createChain({ letterbox, engine: engine.handle }, []);
      const pixels = Uint8Array.from({ length: 3 * 200 * 100 }, (_, i) => i * 7 % 251);
      const frame = runtime.createFrame("RGB", 200, 100, pixels, 0, 0);
      const given = await new Promise<Frame>((resolve, reject) =>
        chain.submit(frame, (error, frame) => error ? reject(error) : resolve(frame))
      );
      const tensor = given.tensor(0);
      assert.deepEqual(tensor.shape, [1, 27, 3549]);
      values.push(tensor.data as Float32Array);
      given.release();
      await chain.close();
      await engine.close();
    }
    const gaps = values[0]!.map((value, i) => Math.abs(value - values[1]![i]!));
    assert.ok(Math.max(...gaps) < 0.01, `${Math.max(...gaps)}`);
  }));

Deno.test("a model cut and uncut are two in the cache", () =>
  using((runtime) =>
    inFolder(async (cache) => {
      for (const cached of [false, true]) {
        for (const decode of ["native", "model"]) {
          for (const input of ["native", "model"]) {
            const { info, close } = await runtime.openEngine({
              model: parts,
              cache,
              decode,
              input,
            });
            const what = `${basename(parts)} ${decode} ${input} ${cached}`;
            assert.equal(info.cached, cached, what);
            assert.equal(info.head !== undefined, decode === "native", what);
            assert.equal(info.outputs?.length, decode === "native" ? 6 : 1, what);
            const shape = input === "native" ? [1, 416, 416, 3] : [1, 3, 416, 416];
            assert.deepEqual(info.inputs?.[0]?.shape, shape, what);
            await close();
          }
        }
      }
    })
  ));
