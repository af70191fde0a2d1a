import type { ModelContract } from "./contract.ts";
import { ModelError } from "./error.ts";
import { chooseHead, transposed } from "./head.ts";
import { convention, inputGeometry } from "./input.ts";
import { parseNames } from "./labels.ts";
import type { HeadReading } from "./family.ts";
import type { OnnxOutline, OnnxValue } from "./onnx.ts";
import { type ModelOverrides, Questions } from "./overrides.ts";
import { shapeText } from "./text.ts";

/** Overrides whose labels have been looked up. */
export type ResolvedOverrides = Omit<ModelOverrides, "labels"> & {
  readonly labels?: readonly string[];
};

/**
 * A detection model's contract, from its outline.
 * @throws {ModelError} No detection model, an option that contradicts it, or options that are missing.
 */
export function contractOf(
  model: OnnxOutline,
  path: string,
  overrides: ResolvedOverrides = {},
  prefix = "",
): ModelContract {
  const questions = new Questions(prefix);
  const checked = <T>(result: T | string): T => {
    if (typeof result === "string") throw new ModelError(result, path);
    return result;
  };
  const { task } = model.metadata;
  if (task !== undefined && task !== "detect") {
    checked(`its metadata says that it is for the task ${task}; expected a detection model`);
  }
  const [input, ...others] = model.inputs;
  const output = model.outputs[0];
  if (!input || others.length > 0 || !output) {
    throw new ModelError(
      `it has inputs ${list(model.inputs)} and outputs ${
        list(model.outputs)
      }; expected one input and at least one output`,
      path,
    );
  }

  const geometry = checked(inputGeometry(input, overrides, questions));
  const head = geometry &&
    checked(chooseHead(model, output, geometry, overrides.family, questions));
  const labels = head && checked(chooseLabels(model, output, head, overrides.labels, questions));
  const prepared = head && checked(convention(head, model, geometry, overrides, questions));
  if (!prepared || !labels || questions.options.length > 0) {
    throw new ModelError(questions.message, path, questions.options);
  }
  return {
    path,
    family: head.family,
    labels,
    strides: head.strides,
    input: {
      name: input.name,
      layout: geometry.layout,
      type: geometry.type,
      width: typeof geometry.width === "number" ? geometry.width : null,
      height: typeof geometry.height === "number" ? geometry.height : null,
      batch: geometry.batch,
      ...prepared,
    },
  };
}

function chooseLabels(
  model: OnnxOutline,
  output: OnnxValue,
  head: HeadReading,
  given: readonly string[] | undefined,
  questions: Questions,
): readonly string[] | string {
  const own = model.metadata.names;
  const named = own === undefined ? undefined : parseNames(own);
  const labels = given ?? named;
  const count = head.classes ?? named?.length;
  if (labels && labels.length > 0 && (count === undefined || count === labels.length)) {
    return labels;
  }
  // Without objectness there is room for one class more.
  const other = head.family !== "yolov8" && head.classes !== undefined &&
    labels?.length === head.classes + 1;
  if (given) {
    const has = head.classes === undefined
      ? `its metadata names ${count ?? "more"}`
      : `its output ${output.name} (${shapeText(output)}) has ${count} classes`;
    return `\`${questions.name("labels")}\` has ${given.length} names, but ${has}${
      other ? `; ${transposed}` : ""
    }`;
  }
  if (labels && count !== undefined) {
    return `its metadata names ${labels.length} classes, but its output ${output.name} (${
      shapeText(output)
    }), read as ${head.family}, has ${count}; ${
      other ? transposed : `is \`${questions.name("family")}\` another?`
    }`;
  }
  questions.ask(
    "labels",
    `${
      count === undefined ? "a name a class" : `${count} name${count === 1 ? "" : "s"}`
    }, by class id: a list, \`coco\`, or a file with one a line${
      own === undefined ? "" : " (those in its metadata can't be read)"
    }`,
  );
  return [];
}

function list(values: readonly OnnxValue[]): string {
  return values.length === 0
    ? "none"
    : values.map((value) => `${value.name} ${shapeText(value)}`).join(", ");
}
