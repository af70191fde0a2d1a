import type { HeadFamily } from "./contract.ts";

/** What an engine's options may say of a model where its file does not, or against its metadata. */
export interface ModelOverrides {
  /** How the output is read. */
  readonly family?: HeadFamily;
  /** Names by class id, or `coco`, or the path of a file with one name a line. */
  readonly labels?: string | readonly string[];
  /** Of the colour planes. */
  readonly order?: "RGB" | "BGR" | "GREY";
  /** A pixel becomes (value * scale - mean) / std, mean and std in the tensor's channel order. */
  readonly scale?: number;
  /** One number for all channels, or three. */
  readonly mean?: number | readonly number[];
  /** One number for all channels, or three; above 0. */
  readonly std?: number | readonly number[];
  /** Where the picture lies in the input. */
  readonly align?: "center" | "top-left";
  /** What fills the rest of the input, 0 to 255. */
  readonly pad?: number;
  /** The order of the input's dimensions. */
  readonly layout?: "NCHW" | "NHWC";
}

/** Collects what can't be told, so that all of it is asked for in one message. */
export class Questions {
  readonly options: string[] = [];
  readonly #lines: string[] = [];

  constructor(readonly prefix: string) {}

  /** How an option is written in the pipeline: `engines.detector.labels` say. */
  name(option: string): string {
    return `${this.prefix}${option}`;
  }

  ask(option: string, why: string): void {
    this.options.push(option);
    this.#lines.push(`say \`${this.name(option)}:\` ${why}`);
  }

  get message(): string {
    return `it does not tell all that is needed: ${this.#lines.join("; ")}`;
  }
}
