import type { z } from "zod";
import type { ModelContract } from "../model/contract.ts";
import type { NativeRuntime, SourceInfo } from "../native/mod.ts";
import type { Packet } from "../runtime/packet.ts";
import type { PortType } from "./ports.ts";
import type { ElementSummary } from "./summary.ts";

/** A zod schema of an element's options. */
export interface OptionsSchema<Options> extends Schema<Options> {}

/**
 * Zod's own type: other packages' types are not documented here.
 * @internal
 */
export type Schema<Options> = z.ZodType<Options>;

/** What every element says of itself: `inspect`, the schema, `check` and `launch` all read it. */
export interface ElementBase<Options> {
  /** As written in a pipeline: lower case, words joined by `-`. */
  readonly name: string;
  /** One sentence, without a full stop at its end. */
  readonly summary: string;
  /** Longer text for `inspect`, if there is more to say. */
  readonly description?: string;
  /** A strict object; every field has `.describe()` text with its unit, and a default where sane. */
  readonly options: OptionsSchema<Options>;
  /** The option that a bare value sets: `- rtsp: /clip` is `- rtsp: { path: /clip }`. */
  readonly shorthand?: string;
  /** A list item (or camera) that works as it stands, as YAML. */
  readonly example: string;
  /** Options that `launch` and YAML also take under another name, `location` for `file` say. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** A camera's source: `cameras: { clip: { file: a.mp4, loop: true } }`. */
export interface SourceElement<Options = unknown> extends ElementBase<Options> {
  /** What it is. */
  readonly role: "source";
  /** Nothing: it begins a pipeline. */
  readonly accepts: readonly [];
  /** Pictures. */
  readonly gives: "image";
  /** Starts opening it for one camera; throws, or rejects `opened`, if that can't be. */
  open(options: Options, context: SourceContext): Source;
}

/** Runs inside the native library; consecutive ones are fused into one job. */
export interface NativeElement<Options = unknown> extends ElementBase<Options> {
  /** What it is. */
  readonly role: "native";
  /** What packets it takes. */
  readonly accepts: readonly PortType[];
  /** What it makes of them. */
  readonly gives: PortType;
  /** Its part of `ls_chain_create`'s configuration, given what is known of the engine's model. */
  part(options: Options, context: NativeContext): Record<string, unknown>;
}

/** Runs in TypeScript, once a packet; one instance a camera. */
export interface ScriptElement<Options = unknown> extends ElementBase<Options> {
  /** What it is: a sink has an effect outside. */
  readonly role: "transform" | "sink";
  /** What packets it takes. */
  readonly accepts: readonly PortType[];
  /** `same`: passes on what it was given. A sink passes its packets on too. */
  readonly gives: PortType | "same";
  /** Makes the instance of one camera. */
  create(options: Options, context: ElementContext): ElementInstance | Promise<ElementInstance>;
}

/** Any element's declaration. */
export type ElementDeclaration<Options = unknown> =
  | SourceElement<Options>
  | NativeElement<Options>
  | ScriptElement<Options>;

/** An element at work for one camera. */
export interface ElementInstance {
  /**
   * Takes a packet, returns what goes on: the same, a changed copy (`{...packet, detections}`), or
   * undefined to drop it. The runtime releases frames that do not go on; an instance that keeps one
   * retains it. A rejected promise ends this camera with its reason.
   */
  process(packet: Packet): Packet | undefined | Promise<Packet | undefined>;
  /** How many packets may be in `process` at once, 1 if not said. Order is kept either way. */
  readonly concurrency?: number;
  /** After the last packet, also after a fault: write out, close. */
  close?(): void | Promise<void>;
  /** Called when its camera is ended at once: a `process` still waiting should give up. */
  abort?(): void;
  /** Extra figures for `--stats`. */
  statistics?(): Record<string, number | string>;
  /**
   * Results and files, for the tables at the end of a run and for the report of a running one. Asked
   * for the last time after `close`.
   */
  summary?(): ElementSummary;
}

/** What is used of an RxJS observable of packets. */
export interface PacketStream {
  /** Calls the observer from now on, until what this returns is told to stop. */
  subscribe(observer: {
    /** A packet, which belongs to the observer. */
    readonly next: (packet: Packet) => void;
    /** The source failed. */
    readonly error: (error: unknown) => void;
    /** That was the last one. */
    readonly complete: () => void;
  }): {
    /** Calls it no more. */
    unsubscribe(): void;
  };
}

/** A running source. */
export interface Source {
  /** Packets whose frame belongs to the subscriber. Completes at the end, errors on a fault. */
  readonly packets: PacketStream;
  /** Allows `frames` more frames; a source gives none without. */
  credit(frames: number): void;
  /** Stops; resolves once no more packet can come. Idempotent. */
  close(): Promise<void>;
  /** Drops so far, by cause. */
  drops(): Record<string, number>;
  /** Resolves once it is open; rejects if it can't be. A source without it is open at once. */
  readonly opened?: Promise<SourceInfo>;
}

/** What the runtime offers while an element is being created. */
export interface BaseContext {
  /** The camera's name. */
  readonly camera: string;
  /** The element's id in the plan. */
  readonly id: string;
  /** A message on the bus: shown, logged, never lost. */
  report(level: "info" | "warning" | "error", message: string): void;
  /**
   * Resolves a path written in the pipeline, relative to the working directory. Fills in `{camera}`,
   * `{time}` (when the run began, UTC, `20261124T120000Z`) and the names of `more`.
   */
  path(template: string, more?: Readonly<Record<string, string>>): string;
}

/** What the runtime offers while a source is being opened. */
export interface SourceContext extends BaseContext {
  /** The native runtime; src/native alone knows what is in it. */
  readonly native: NativeRuntime;
}

/** What is known while a native element's part of a chain is being made. */
export interface NativeContext extends BaseContext {
  /** What is known of the model of the engine this chain leads to (or comes from). */
  readonly model?: ModelContract;
  /** Native handle of that engine. */
  readonly engine?: number;
}

/** What the runtime offers while an element in TypeScript is being created. */
export interface ElementContext extends SourceContext {
  /** The model whose detections reach it, if there is one. */
  readonly model?: ModelContract;
  /** Path of the pipeline's file, as it was given; `launch` for a launch line. */
  readonly pipeline: string;
  /** The camera's nominal frames per second, once known, else undefined. */
  readonly fps?: number;
  /** One object for all cameras of this element: made by the first, closed after the last. */
  shared<T extends { close?(): void | Promise<void> }>(
    key: string,
    make: () => T | Promise<T>,
  ): Promise<T>;
}

/** Helps inference only: returns its argument. A custom element file exports what this returns. */
export function defineElement<Options>(
  declaration: ScriptElement<Options>,
): ScriptElement<Options> {
  return declaration;
}
