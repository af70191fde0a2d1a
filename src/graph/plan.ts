import type {
  ElementDeclaration,
  NativeElement,
  ScriptElement,
  SourceElement,
} from "../elements/declaration.ts";
import type { PortType } from "../elements/ports.ts";

/** A place in a pipeline file (or launch line): 1-based. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One mistake, or warning, with its place. */
export interface Diagnostic {
  readonly level: "error" | "warning";
  readonly message: string;
  readonly position: Position;
}

/** What happens on a link when its consumer is slower than its producer. */
export type QueuePolicy = "block" | "drop-oldest" | "drop-newest" | "latest";

/** The bounded queue before an element. */
export interface LinkPlan {
  /** Packets that may wait. `latest` means 1. */
  readonly size: number;
  readonly policy: QueuePolicy;
}

export interface CameraPlan {
  readonly name: string;
  readonly source: SourceElement;
  readonly options: Record<string, unknown>;
  readonly position: Position;
}

/** An engine all cameras share. Options are those of `engineOptions` in src/elements/infer.ts. */
export interface EnginePlan {
  readonly name: string;
  readonly options: Record<string, unknown>;
  readonly position: Position;
}

export interface NodePlan {
  readonly id: string;
  readonly element: NativeElement | ScriptElement;
  readonly options: Record<string, unknown>;
  /** The id of the node it is fed by; null: the cameras' sources. */
  readonly from: string | null;
  readonly link: LinkPlan;
  /** Seconds one packet may take in `process` before the camera is ended with that reason. */
  readonly timeout: number;
  readonly input: PortType;
  readonly output: PortType;
  readonly position: Position;
}

/** A validated pipeline. Nothing in it can be wrong in itself; files and devices still may be. */
export interface Plan {
  readonly file: string;
  readonly cameras: readonly CameraPlan[];
  readonly engines: readonly EnginePlan[];
  /** Each after the node it is fed by. */
  readonly nodes: readonly NodePlan[];
  /** Values of secrets (`${file:…}`, `${env:…}` under keys that hide): never to be shown. */
  readonly secrets: readonly string[];
}

export type Registry = ReadonlyMap<string, ElementDeclaration>;
