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
  readonly #shared = new Map<string, Promise<{ close?(): void | Promise<void> }>>();

  constructor(
    readonly native: NativeRuntime,
    began: Date,
    readonly secrets: readonly string[] = [],
  ) {
    this.#began = began.toISOString().replace(/[-:]|\.\d+/g, "");
  }

  /** Puts a message on the bus. */
  report(message: BusMessage): void {
    this.messages.next({ ...message, message: this.clean(message.message) });
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
    for (const [key, made] of [...this.#shared].reverse()) {
      const object = await made.catch(() => undefined);
      try {
        await object?.close?.();
      } catch (error) {
        this.report({ level: "error", message: `closing ${key}: ${reasonOf(error)}` });
      }
    }
    this.#shared.clear();
  }
}
