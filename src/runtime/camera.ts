import { Subject, Subscription } from "rxjs";
import type { Source } from "../elements/declaration.ts";
import type { CameraPlan } from "../graph/plan.ts";
import { Assembly, baseContext } from "./assembly.ts";
import { CameraMeter } from "./camera_meter.ts";
import { reasonOf } from "./error.ts";
import { Flight, Item, type Ledger } from "./flight.ts";
import type { Gate } from "./gate.ts";
import type { Group } from "./groups.ts";
import { Meter } from "./meter.ts";
import type { Packet } from "./packet.ts";
import type { CameraReport, ElementReport } from "./report.ts";
import { Stage } from "./stage.ts";
import { countEnds, plant } from "./tree.ts";
import type { World } from "./world.ts";

/** Packets beyond those at work and in queues that a camera may have under way. */
const slack = 2;

/** One camera at work: its source, its elements, its supervision. */
export class Camera implements Ledger {
  /** Why it failed. */
  error: string | undefined;
  /** Resolves, never rejects, once all of it is closed. */
  readonly finished: Promise<void>;
  readonly #meter = new CameraMeter();
  #state: CameraReport["state"] = "opening";
  #source: Source | undefined;
  #assemblies: Assembly[] = [];
  #stages: { stage: Stage; timeout: number }[] = [];
  readonly #root = new Subject<Item>();
  readonly #subscriptions = new Subscription();
  #ends = 0;
  /** Frames that may still be asked of the source. */
  #budget: number;
  /** No more frames are taken. */
  #ending = false;
  #finishing = false;
  readonly #done = Promise.withResolvers<void>();
  readonly #hurry = Promise.withResolvers<void>();

  constructor(
    readonly plan: CameraPlan,
    readonly groups: readonly Group[],
    readonly world: World,
    readonly frames: number = Infinity,
  ) {
    this.#budget = frames;
    this.finished = this.#done.promise;
  }

  /** Opens the source and creates the elements; a failure ends this camera. */
  async open(enginesReady: Promise<void>): Promise<void> {
    if (this.#finishing) return;
    const { name, source: element, options } = this.plan;
    try {
      const base = baseContext(this.world, name, name);
      const source = this.#source = element.open(options, { ...base, native: this.world.native });
      const info = await source.opened ?? {};
      await enginesReady;
      if (this.#finishing) return;
      await this.#create(this.groups, { camera: name, info });
      if (!this.#finishing) this.#begin(source);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Ends the stream: what is under way is finished first. */
  stop(): void {
    if (this.#ending) return;
    this.#ending = true;
    if (this.#state !== "running") return this.#finish();
    this.#state = "draining";
    this.#root.complete();
  }

  /** Ends the camera at once, with its reason, which is `told` where the whole run fails for it. */
  fail(error: unknown, told = false): void {
    if (this.#state === "ended" || this.#state === "failed") return;
    if (this.error === undefined) {
      this.error = this.world.clean(reasonOf(error));
      if (!told) {
        this.world.report({ level: "error", message: this.error, camera: this.plan.name });
      }
    }
    this.#finish();
  }

  /** Waits for nobody any more. */
  hurry(): void {
    if (this.#state === "running" || this.#state === "draining") {
      const where = this.#stages.filter(({ stage }) => stage.busy > 0)
        .map(({ stage }) => stage.options.name).join(", ");
      if (!this.#finishing) {
        this.fail(`did not drain in time${where && `: ${where} still at work`}`);
      }
    }
    this.#hurry.resolve();
  }

  /** To be called a few times a second: finds elements that do not answer. */
  watch(): void {
    this.#meter.sample();
    const now = performance.now();
    for (const { stage, timeout } of this.#stages) {
      const late = stage.overdue(now - timeout * 1000);
      if (!late) continue;
      const { name } = stage.options;
      return this.fail(`${name}: no answer within ${timeout} s on frame ${late.packet.number}`);
    }
  }

  landed(flight: Flight, cause: string | undefined): void {
    if (cause === undefined) {
      this.#meter.out++;
      this.#meter.latency.add((this.world.native.now() - flight.captured) * 1000);
    } else this.#meter.drops.add(cause);
    if (!this.#ending) this.#credit(1);
  }

  report(): CameraReport {
    return {
      name: this.plan.name,
      state: this.#state,
      ...(this.error !== undefined && { error: this.error }),
      ...this.#meter.figures(),
    };
  }

  elements(): ElementReport[] {
    return this.#assemblies.flatMap((assembly) => assembly.reports());
  }

  async #create(groups: readonly Group[], context: Parameters<typeof Assembly.make>[2]) {
    for (const group of groups) {
      const assembly = await Assembly.make(group, this.world, context);
      // Too late for what closes the others.
      if (this.#finishing) return await assembly.close();
      this.#assemblies.push(assembly);
      await this.#create(group.children, context);
      if (this.#finishing) return;
    }
  }

  #begin(opened: Source): void {
    this.#ends = countEnds(this.groups);
    const tree = plant(this.groups, (group, outlet) => this.#stage(group, outlet), {
      arrived: (item) => item.arrive(),
      failed: (error) => this.fail(error),
      completed: () => {
        if (--this.#ends === 0) this.#finish();
      },
    });
    const credits = this.#credits();
    const source = new Stage({
      name: this.plan.name,
      native: false,
      link: { size: credits, policy: "block" },
      outlet: tree.gate,
      concurrency: () => 1,
      work: () => true,
      meter: new Meter(),
    });
    tree.connect(this.#root.pipe(source.operator), this.#subscriptions);
    this.#state = "running";
    this.#meter.begin(opened);
    this.#subscriptions.add(opened.packets.subscribe({
      next: (packet) => this.#take(packet),
      error: (error) => this.#lose(error),
      complete: () => this.stop(),
    }));
    this.#credit(credits);
  }

  #stage(group: Group, outlet: Gate): Stage {
    const assembly = this.#assemblies.find((candidate) => candidate.group === group)!;
    const { name, work, concurrency, meter } = assembly;
    const { link, native, timeout } = group;
    assembly.stage = new Stage({ name, native, link, outlet, concurrency, work, meter });
    this.#stages.push({ stage: assembly.stage, timeout });
    return assembly.stage;
  }

  /**
   * Frames that may be under way: enough to keep the engines fed and to fill the queues that drop,
   * which hold on to theirs; more would only wait.
   */
  #credits(): number {
    let credits = slack;
    let longest = 0;
    for (const { group, concurrency, stage } of this.#assemblies) {
      if (group.native) credits += concurrency();
      if (group.link.policy === "block") longest = Math.max(longest, stage!.link.size);
      else credits += stage!.link.size + 1;
    }
    return credits + longest;
  }

  #credit(frames: number): void {
    const given = Math.min(frames, this.#budget);
    this.#budget -= given;
    if (given > 0) this.#source!.credit(given);
  }

  #take(packet: Packet): void {
    const meter = this.#meter;
    meter.taken++;
    const item = new Item(packet, new Flight(this, packet.captured));
    if (this.#ending) return item.drop("ended");
    this.#root.next(item);
    if (meter.taken === this.frames) this.stop();
  }

  /** The source failed: what it gave before is still finished. */
  #lose(error: unknown): void {
    if (this.error === undefined && !this.#finishing) {
      this.error = this.world.clean(reasonOf(error));
      this.world.report({ level: "error", message: this.error, camera: this.plan.name });
    }
    this.stop();
  }

  /** Closes everything, in the order of the stream. */
  #finish(): void {
    if (this.#finishing) return;
    this.#finishing = true;
    this.#ending = true;
    if (this.#state === "running") this.#state = "draining";
    this.#close().catch((error) => {
      this.error ??= this.world.clean(reasonOf(error));
      this.world.reportOnce(reasonOf(error), this.plan.name);
    }).finally(() => {
      this.world.activeCameras--;
      this.#state = this.error === undefined ? "ended" : "failed";
      this.#done.resolve();
    });
  }

  async #close(): Promise<void> {
    this.#meter.end();
    this.#subscriptions.unsubscribe();
    const errors: unknown[] = [];
    const closing = async (close: () => void | Promise<void>, limit: number, name: string) => {
      try {
        await this.#limited(Promise.resolve(close()), limit, name);
      } catch (error) {
        errors.push(error);
      }
    };
    await closing(() => this.#source?.close(), 5, "source");
    for (const assembly of this.#assemblies) {
      if (this.error !== undefined) assembly.instance?.abort?.();
      await closing(() => assembly.close(), assembly.group.timeout, assembly.name);
    }
    if (errors.length > 0) throw errors[0];
  }

  /** Waits for a close, but neither for ever nor when in a hurry. */
  async #limited(closing: Promise<void>, seconds: number, name: string): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = Symbol();
    const limit = new Promise<typeof late>((resolve) => {
      timer = setTimeout(() => resolve(late), seconds * 1000);
      // Closing what is in order takes a moment even then.
      this.#hurry.promise.then(() => setTimeout(() => resolve(late), 300));
    });
    // Settles later, perhaps, when nobody listens.
    closing.catch(() => {});
    const result = await Promise.race([closing, limit]).finally(() => clearTimeout(timer));
    if (result === late) throw new Error(`${name}: could not be closed in time`);
  }
}
