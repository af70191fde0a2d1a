import { Command, InvalidArgumentError, Option } from "commander";
import type { QuantizeOptions } from "./quantize/options.ts";
import { CliError } from "./exit.ts";
import { colorOption, positiveInteger, repeatable } from "./options.ts";

/** `lineside quantize MODEL`. */
export function quantize(): Command {
  return new Command("quantize")
    .summary("make INT8 models of a float one")
    .description(
      "Calibrates a model on images, decoded and scaled as a pipeline does it, and makes INT8 models " +
        "of it for OpenVINO and TensorRT.",
    )
    .argument("<model>", "an ONNX file of 32-bit floats")
    .option("--images <path>", "a folder, a pattern, or a .txt file with one path a line")
    .option("--from <file>", "use this calibration of the model in place of images")
    .option("--output <folder>", "where files go; the model's own folder if not said")
    .addOption(
      new Option("--targets <names>", "what to make: openvino,tensorrt,cache")
        .argParser(targetNames).default(targetNames("openvino,tensorrt,cache"), "all"),
    )
    .addOption(
      new Option("--method <name>", "how ranges are found; auto if not said: what measures best")
        .choices(["auto", "percentile", "minmax", "entropy", "mse"]),
    )
    .option(
      "--percentile <value>",
      "share of values kept, with --method percentile; 99.999 for OpenVINO, 99.99 for TensorRT",
      percent,
    )
    .option("--sizes <list>", "inputs of a model that takes any: 320,480,640x384", sizeList)
    .option("--most <n>", "images at most, taken evenly; 500 if not said", positiveInteger)
    .addOption(
      new Option("--head <type>", "what the detection head is in; int8 if not said")
        .choices(["int8", "float"]),
    )
    .addOption(
      repeatable("--keep <pattern>", "groups that stay float, such as 'model.22.*' (repeatable)"),
    )
    .option(
      "--max-drop <points>",
      "points of mAP that INT8 may cost, kept by leaving groups float; or none; 0.3 if not said",
      dropLimit,
    )
    .option(
      "--max-slowdown <percent>",
      "time that float groups may cost, for TensorRT by an estimate; 5 if not said",
      slowdownLimit,
    )
    .option(
      "--annotations <file>",
      "COCO annotations of the images, to measure real mAP in place of an estimate",
    )
    .addOption(
      new Option(
        "--bias-correction <switch>",
        "shift biases so that OpenVINO's INT8 model has the float one's means; takes minutes",
      ).choices(["on", "off"]).default("off"),
    )
    .addOption(
      new Option(
        "--equalise <switch>",
        "even out channels between layers with Relu or nothing between; not for TensorRT 8",
      ).choices(["on", "off"]).default("off"),
    )
    .addOption(
      new Option(
        "--weights <form>",
        "of OpenVINO's model: free, or paired, right on processors without VNNI too; auto: as this " +
          "processor needs them",
      ).choices(["auto", "free", "paired"]).default("auto"),
    )
    .addOption(
      repeatable(
        "--engine <option=value>",
        "any option of a pipeline's engine: range=0-1, device=GPU (repeatable)",
      ),
    )
    .option("--complete", "add what Q/DQ lack that the model has already, and change none of them")
    .option("--json", "print what was made as one JSON object")
    .option("--quiet", "show errors and results alone")
    .addOption(colorOption())
    .addHelpText("after", help)
    .action(act);
}

const help = `
Examples:
  lineside quantize yolov8n.onnx --images shots/
  lineside quantize yolov8n.onnx --images 'shots/*.jpg' --max-drop 0.1 --max-slowdown 20
  lineside quantize yolov8n.onnx --images shots/ --annotations shots.json
  lineside quantize yolov8n.onnx --images shots/ --max-drop none --head float --output int8/
  lineside quantize dynamic.onnx --images list.txt --sizes 320,480,640
  lineside quantize yolov8n.onnx --from int8/yolov8n.calibration.json --targets tensorrt
  lineside quantize trained-with-qdq.onnx --complete --images shots/
  lineside evaluate yolov8n.int8.openvino.onnx --against yolov8n.onnx --images others/

For m.onnx these are written: m.calibration.json, m.int8.openvino.onnx, m.int8.tensorrt.onnx (for
TensorRT 10 and newer) and m.int8.cache (for TensorRT 8, beside m.onnx itself). Each is there whole or
not at all. 500 to 1000 images of the real scene are advised. A model that was trained with
quantisation is described and left as it is; --complete writes m.completed.onnx.

What INT8 costs is measured on some of the images: with each group alone in INT8, which
m.sensitivity.svg shows, and as a whole. Without annotations the loss of mAP is an estimate, from how
far scores and boxes are from the float model's. Groups that do much harm for their share of the time
stay float until the loss is within --max-drop, or --max-slowdown is reached. The quick way, without
that: --max-drop none --method percentile.

Results go to standard output; all else goes to standard error. Exit codes: 0 done, 1 failed while
running, 2 wrong command line or file, 130 stopped by Ctrl-C.`;

async function act(model: string, options: QuantizeOptions): Promise<void> {
  check(options);
  const { explained } = await import("./evaluate/errors.ts");
  await explained(async () => {
    if (options.complete) {
      const { completeModel } = await import("./quantize/complete.ts");
      return await completeModel(model, options);
    }
    const { quantizeModel } = await import("./quantize/act.ts");
    await quantizeModel(model, options);
  });
}

/** What goes together. */
function check(options: QuantizeOptions): void {
  const { images, from, method, percentile } = options;
  if (images === undefined && from === undefined) {
    throw new CliError("--images is missing: what to calibrate on, or --from with a calibration");
  }
  if (options.complete) {
    const said = options.equalise === "on"
      ? "equalise"
      : options.biasCorrection === "on"
      ? "bias-correction"
      : undefined;
    if (said) throw new CliError(`--${said} on is of no use with --complete: that changes nothing`);
    if (options.weights !== "auto") {
      throw new CliError(
        "--weights is of no use with --complete: unsigned activations get paired ones, others free ones",
      );
    }
  }
  if (options.complete && from !== undefined) {
    throw new CliError("--from is of no use with --complete: that calibrates on images");
  }
  if (from !== undefined) {
    const names = ["images", "method", "percentile", "sizes", "most", "annotations"] as const;
    for (const name of [...names, "maxDrop", "maxSlowdown"] as const) {
      if (options[name] === undefined) continue;
      const said = name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`);
      throw new CliError(`--${said} is of no use with --from: the calibration is made already`);
    }
    if (options.biasCorrection === "on") {
      throw new CliError("--bias-correction on is of no use with --from: it needs the images");
    }
    if (options.equalise === "on") {
      throw new CliError("--equalise on is of no use with --from: the calibration is made already");
    }
  }
  if (options.maxDrop === "none" && options.maxSlowdown !== undefined) {
    throw new CliError("--max-slowdown is of no use with --max-drop none: nothing is made slower");
  }
  if (percentile !== undefined && (method ?? "percentile") !== "percentile") {
    throw new CliError(`--percentile is of no use with --method ${method}`);
  }
}

function targetNames(text: string): QuantizeOptions["targets"] {
  const known: QuantizeOptions["targets"] = ["openvino", "tensorrt", "cache"];
  const names = text.split(",");
  const strange = names.find((name) => !known.some((one) => one === name));
  if (strange !== undefined) {
    throw new InvalidArgumentError(`\`${strange}\` is none of ${known.join(", ")}.`);
  }
  return known.filter((one) => names.includes(one));
}

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 50 && value <= 100)) {
    throw new InvalidArgumentError("Expected a number from 50 to 100.");
  }
  return value;
}

function dropLimit(text: string): number | "none" {
  if (text === "none") return text;
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 100)) {
    throw new InvalidArgumentError("Expected points from 0 to 100, or none.");
  }
  return value;
}

function slowdownLimit(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0 && value <= 1000)) {
    throw new InvalidArgumentError("Expected per cent from 0 to 1000.");
  }
  return value;
}

function sizeList(text: string): QuantizeOptions["sizes"] {
  const sizes = new Map<string, { width: number; height: number }>();
  for (const part of text.split(",")) {
    const match = /^([1-9]\d{0,4})(?:x([1-9]\d{0,4}))?$/.exec(part);
    if (!match) throw new InvalidArgumentError("Expected pixels such as 320,480,640x384.");
    const [width, height] = [Number(match[1]), Number(match[2] ?? match[1])];
    sizes.set(`${width}x${height}`, { width, height });
  }
  return [...sizes.values()];
}
