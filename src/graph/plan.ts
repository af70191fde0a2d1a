import type {
  ElementDeclaration,
  NativeElement,
  ScriptElement,
  SourceElement,
} from "../elements/declaration.ts";
import type { PortType } from "../elements/ports.ts";

/** A place in a pipeline file (or launch line): 1-based. */
export interface Position {
  /** As the user named it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** One mistake, or warning, with its place. */
export interface Diagnostic {
  /** Whether it keeps the pipeline from running. */
  readonly level: "error" | "warning";
  /** What was found, and what was expected. */
  readonly message: string;
  /** Where it is written. */
  readonly position: Position;
}

/** What happens on a link when its consumer is slower than its producer. */
export type QueuePolicy = "block" | "drop-oldest" | "drop-newest" | "latest";

/** The bounded queue before an element. */
export interface LinkPlan {
  /** Packets that may wait. `latest` means 1. */
  readonly size: number;
  /** What happens when it is full. */
  readonly policy: QueuePolicy;
}

/** One camera. */
export interface CameraPlan {
  /** Its name, as written under `cameras`. */
  readonly name: string;
  /** What it takes its frames from. */
  readonly source: SourceElement;
  /** Of the source, parsed. */
  readonly options: Record<string, unknown>;
  /** Where it is written. */
  readonly position: Position;
}

/** An engine all cameras share. Options are those of `engineOptions` in src/elements/infer.ts. */
export interface EnginePlan {
  /** Its name, as written under `engines`. */
  readonly name: string;
  /** Parsed. */
  readonly options: Record<string, unknown>;
  /** Where it is written. */
  readonly position: Position;
  /** Where the value of each option is written, of those that are. */
  readonly places?: Readonly<Record<string, Position>>;
}

/** One element of the pipeline. */
export interface NodePlan {
  /** Its name in the pipeline. */
  readonly id: string;
  /** What it is. */
  readonly element: NativeElement | ScriptElement;
  /** Of the element, parsed. */
  readonly options: Record<string, unknown>;
  /** The id of the node it is fed by; null: the cameras' sources. */
  readonly from: string | null;
  /** The queue before it. */
  readonly link: LinkPlan;
  /** Seconds one packet may take in `process` before the camera is ended with that reason. */
  readonly timeout: number;
  /** What it is given. */
  readonly input: PortType;
  /** What it gives. */
  readonly output: PortType;
  /** Where it is written. */
  readonly position: Position;
}

/** A validated pipeline. Nothing in it can be wrong in itself; files and devices still may be. */
export interface Plan {
  /** Name of the file. */
  readonly file: string;
  /** Every camera runs all nodes. */
  readonly cameras: readonly CameraPlan[];
  /** What `infer` nodes may name. */
  readonly engines: readonly EnginePlan[];
  /** Each after the node it is fed by. */
  readonly nodes: readonly NodePlan[];
  /** Values from files, the environment and under keys that hide, longest first: never to be shown. */
  readonly secrets: readonly string[];
}

/** Elements by name. */
export type Registry = ReadonlyMap<string, ElementDeclaration>;
