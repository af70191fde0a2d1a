import type { ElementInstance } from "../elements/declaration.ts";
import type { NativeChain } from "../native/mod.ts";
import type { Item } from "./flight.ts";
import type { Meter } from "./meter.ts";
import type { Packet } from "./packet.ts";
import type { Work } from "./stage.ts";

/** Where `ls_completion.stage_ms` has the time of each native element. */
const places: Readonly<Record<string, number>> = { letterbox: 0, infer: 2, nms: 3 };

/** Work of an element in TypeScript. */
export function scriptWork(instance: ElementInstance): Work {
  return (item, done) => {
    const result = instance.process(item.packet);
    if (!isPromise(result)) return settle(item, result);
    result.then((packet) => settle(item, packet)).then(
      (goesOn) => done(item, goesOn),
      (error) => done(item, error instanceof Error ? error : new Error(String(error))),
    );
    return undefined;
  };
}

function isPromise(value: unknown): value is Promise<Packet | undefined> {
  return typeof (value as { then?: unknown } | undefined)?.then === "function";
}

/** Takes over what `process` returned: true if the item goes on, false if it was given back. */
function settle(item: Item, result: Packet | undefined): boolean {
  const given = item.packet;
  if (result === given) return true;
  if (item.gone) {
    if (result?.frame && result.frame !== given.frame) result.frame.release();
    return false;
  }
  if (result === undefined) {
    item.drop("filtered");
    return false;
  }
  if (typeof result !== "object" || !result?.frame) {
    throw new TypeError(
      "process() must return a packet (the one it was given, or a changed copy) or undefined, " +
        `but returned ${result === null ? "null" : typeof result}`,
    );
  }
  if (result.frame !== given.frame) given.frame.release();
  item.packet = result;
  return true;
}

/** Work of fused native elements; `meters` are those of each, by name. */
export function chainWork(
  chain: NativeChain,
  meters: readonly { element: string; meter: Meter }[],
): Work {
  const timed = meters.flatMap(({ element, meter }) => {
    const place = places[element];
    return place === undefined ? [] : [{ meter, place }];
  });
  return (item, done) => {
    chain.submit(item.packet.frame, (error, frame, detections, stages) => {
      const { packet } = item;
      if (detections) item.packet = { ...packet, frame, detections };
      else if (frame !== packet.frame) item.packet = { ...packet, frame };
      if (error) return done(item, error);
      for (const { meter, place } of timed) {
        meter.count++;
        meter.time.add(stages[place]!);
      }
      done(item, true);
    });
    return undefined;
  };
}
