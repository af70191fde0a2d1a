import { Subject } from "rxjs";
import { fill } from "../elements/template.ts";
import type { ModelContract } from "../model/mod.ts";
import type { NativeEngine, NativeRuntime } from "../native/mod.ts";
import { reasonOf } from "./error.ts";
import type { BusMessage } from "./report.ts";

/** What all cameras of a run share: the library, engines, objects of elements, the bus. */
export class World {
  /** Messages of elements, cameras and the runtime. */
  readonly messages = new Subject<BusMessage>();
  /** By node id: those of the model it has to do with. */
  readonly engines = new Map<string, { engine: NativeEngine; model: ModelContract }>();
  /** Cameras that may still submit work. */
  activeCameras = 0;
  readonly #began: string;
  /** Errors told so far, of a run's first hundred: closing what failed often fails the same way. */
  readonly #told = new Set<string>();
  readonly #shared = new Map<string, Promise<{ close?(): void | Promise<void> }>>();

  constructor(
    readonly native: NativeRuntime,
    began: Date,
    readonly secrets: readonly string[] = [],
    /** The pipeline's file. */
    readonly pipeline: string = "",
  ) {
    this.#began = began.toISOString().replace(/[-:]|\.\d+/g, "");
  }

  /** Puts a message on the bus. */
  report(message: BusMessage): void {
    const text = this.clean(message.message);
    if (message.level === "error" && this.#told.size < 100) this.#told.add(text);
    this.messages.next({ ...message, message: text });
  }

  /** Puts an error on the bus, unless that has been told already, by itself or with its element. */
  reportOnce(message: string, camera?: string): void {
    const text = this.clean(message);
    for (const told of this.#told) if (told.endsWith(text)) return;
    this.report({ level: "error", message: text, ...(camera !== undefined && { camera }) });
  }

  /** A text without the pipeline's secrets. */
  clean(text: string): string {
    for (const secret of this.secrets) if (secret) text = text.replaceAll(secret, "***");
    return text;
  }

  /** A path of a pipeline with its placeholders filled in. */
  path(template: string, camera: string, more: Readonly<Record<string, string>> = {}): string {
    // A camera's name is checked to be usable in a path by whoever made the plan.
    return fill(template, { camera, time: this.#began, ...more });
  }

  /** One object for all who ask with that key. A failure to make it is the same for all. */
  shared<T extends { close?(): void | Promise<void> }>(
    key: string,
    make: () => T | Promise<T>,
  ): Promise<T> {
    let made = this.#shared.get(key) as Promise<T> | undefined;
    if (!made) {
      made = Promise.resolve().then(make);
      // Whoever asked handles it; closing must not find it unhandled.
      made.catch(() => {});
      this.#shared.set(key, made);
    }
    return made;
  }

  /** Closes what is shared; failures go to the bus. */
  async closeShared(): Promise<void> {
    for (const made of [...this.#shared.values()].reverse()) {
      const object = await made.catch(() => undefined);
      try {
        await object?.close?.();
      } catch (error) {
        this.reportOnce(reasonOf(error));
      }
    }
    this.#shared.clear();
  }
}
