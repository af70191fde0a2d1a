import type {
  BaseContext,
  ElementContext,
  ElementInstance,
  ScriptElement,
} from "../elements/declaration.ts";
import type { ElementSummary } from "../elements/summary.ts";
import type { NodePlan } from "../graph/plan.ts";
import type { NativeChain, SourceInfo } from "../native/mod.ts";
import { within } from "./deadline.ts";
import { partOf } from "./engines.ts";
import { reasonOf } from "./error.ts";
import type { Group } from "./groups.ts";
import { Meter } from "./meter.ts";
import type { ElementReport } from "./report.ts";
import type { Stage, Work } from "./stage.ts";
import { chainWork, scriptWork } from "./work.ts";
import type { World } from "./world.ts";

/** A group at work for one camera. */
export class Assembly {
  /** Set once the stages are compiled. */
  stage: Stage | undefined;
  /** Of the stage as a whole; a script element's own. */
  readonly meter = new Meter();
  readonly #meters: readonly Meter[];
  #extra: Record<string, number | string> | undefined;
  #summary: ElementSummary | undefined;

  private constructor(
    readonly group: Group,
    readonly camera: string,
    readonly work: Work,
    readonly concurrency: () => number,
    meters: readonly Meter[] | undefined,
    readonly instance: ElementInstance | undefined,
    readonly chain: NativeChain | undefined,
  ) {
    this.#meters = meters ?? [this.meter];
  }

  /** Creates an element, or a native chain, for one camera. */
  static make(group: Group, world: World, context: CameraContext): Promise<Assembly> {
    return group.native
      ? Promise.resolve(Assembly.#chain(group, world, context))
      : Assembly.#script(group, world, context);
  }

  static #chain(group: Group, world: World, { camera }: CameraContext): Assembly {
    const config: Record<string, unknown> = {};
    let known: ReturnType<World["engines"]["get"]>;
    let infers = false;
    for (const node of group.nodes) {
      known = world.engines.get(node.id) ?? known;
      Object.assign(
        config,
        partOf(node, { model: known?.model, engine: known?.engine.handle }),
      );
      infers ||= node.element.name === "infer";
    }
    const chain = world.native.createChain(config, known?.model.labels ?? []);
    const meters = group.nodes.map(() => new Meter());
    const work = chainWork(
      chain,
      group.nodes.map((node, index) => ({ element: node.element.name, meter: meters[index]! })),
    );
    const { batch = 1, requests = 1 } = known?.engine.info ?? {};
    // One batch is filled while the others run; cameras that share an engine share its places.
    const places = (requests + 1) * batch;
    const concurrency = infers
      ? () => Math.max(2, Math.ceil(places / Math.max(1, world.activeCameras)))
      : () => 2;
    return new Assembly(group, camera, work, concurrency, meters, undefined, chain);
  }

  static async #script(group: Group, world: World, context: CameraContext): Promise<Assembly> {
    const [node] = group.nodes;
    const element = node.element as ScriptElement;
    try {
      const instance = await within(
        Promise.resolve(element.create(node.options, elementContext(node, world, context))),
        node.timeout * 1000,
        `it was not ready within ${node.timeout} s`,
      );
      if (typeof instance?.process !== "function") {
        throw new TypeError("create() must return an object with a process() function");
      }
      const concurrency = Math.max(1, instance.concurrency ?? 1);
      const work = scriptWork(instance);
      return new Assembly(
        group,
        context.camera,
        work,
        () => concurrency,
        undefined,
        instance,
        undefined,
      );
    } catch (error) {
      throw new Error(`${node.id}: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** How errors and reports name it. */
  get name(): string {
    return this.group.nodes.map((node) => node.id).join("+");
  }

  /** Closes the element or chain; rejects with its name if that fails. */
  async close(): Promise<void> {
    const before = this.#statistics();
    this.#extra = before;
    try {
      await this.chain?.close();
      await this.instance?.close?.();
    } catch (error) {
      throw new Error(`${this.name}: ${reasonOf(error)}`, { cause: error });
    } finally {
      // Closing may still write and count; what is native can't be asked any more.
      this.#extra = before && { ...before, ...this.#statistics({}) };
      this.#summary = this.#summarize();
    }
  }

  /** One for each of its nodes. */
  reports(): ElementReport[] {
    const { link } = this.stage ?? {};
    return this.group.nodes.map((node, index) => {
      const meter = this.#meters[index]!;
      const extra = this.#extra ?? this.#statistics();
      const summary = this.#summary ?? this.#summarize();
      const first = index === 0;
      return {
        id: node.id,
        element: node.element.name,
        camera: this.camera,
        count: meter.count,
        // Fused elements share one queue, which stands before the first.
        queue: first && link
          ? { depth: link.depth, peak: link.peak, size: link.size }
          : { depth: 0, peak: 0, size: 0 },
        drops: first ? this.meter.drops.record() : {},
        time: meter.time.percentiles(),
        ...(extra && { extra }),
        ...(summary && { summary }),
      };
    });
  }

  #statistics(
    otherwise?: Record<string, number | string>,
  ): Record<string, number | string> | undefined {
    try {
      return this.instance?.statistics?.();
    } catch (error) {
      return otherwise ?? { error: reasonOf(error) };
    }
  }

  #summarize(): ElementSummary | undefined {
    try {
      return this.instance?.summary?.();
    } catch (error) {
      return { figures: { error: reasonOf(error) } };
    }
  }
}

/** What is known of a camera when its elements are created. */
export interface CameraContext {
  readonly camera: string;
  readonly info: SourceInfo;
}

/** What elements and sources are offered. */
export function baseContext(world: World, camera: string, id: string): BaseContext {
  return {
    camera,
    id,
    report: (level, message) => world.report({ level, message, camera, id }),
    path: (template, more) => world.path(template, camera, more),
  };
}

function elementContext(
  node: NodePlan,
  world: World,
  { camera, info }: CameraContext,
): ElementContext {
  return {
    ...baseContext(world, camera, node.id),
    native: world.native,
    pipeline: world.pipeline,
    model: world.engines.get(node.id)?.model,
    fps: info.fps ?? undefined,
    shared: (key, make) => world.shared(`${node.element.name} ${key}`, make),
  };
}
