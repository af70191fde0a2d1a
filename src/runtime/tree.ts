import { type Observable, Subject, type Subscription } from "rxjs";
import type { Item } from "./flight.ts";
import { allOpen, type Gate } from "./gate.ts";
import type { Group } from "./groups.ts";
import type { Stage } from "./stage.ts";

/** A pipeline's stages for one camera, ready to be connected to its source. */
export interface Tree {
  /** Whether it takes another packet. */
  readonly gate: Gate;
  /** Subscribes; every subscription goes into the one given. */
  connect(source: Observable<Item>, all: Subscription): void;
}

/** Told about what comes out of the ends. */
export interface Ends {
  /** A packet has passed the last element of its branch. */
  arrived(item: Item): void;
  /** An element failed. */
  failed(error: Error): void;
  /** A branch has passed on its last packet. */
  completed(): void;
}

/** Compiles groups into RxJS; `make` makes each group's stage. */
export function plant(
  groups: readonly Group[],
  make: (group: Group, outlet: Gate) => Stage,
  ends: Ends,
): Tree {
  const branches = groups.map((group) => {
    const rest = plant(group.children, make, ends);
    const stage = make(group, rest.gate);
    return {
      gate: stage as Gate,
      connect: (source: Observable<Item>, all: Subscription) =>
        rest.connect(source.pipe(stage.operator), all),
    };
  });
  return {
    gate: allOpen(branches.map((branch) => branch.gate)),
    connect(source, all) {
      if (branches.length === 1) return branches[0]!.connect(source, all);
      if (branches.length === 0) {
        all.add(source.subscribe({
          next: (item) => ends.arrived(item),
          error: (error) => ends.failed(error),
          complete: () => ends.completed(),
        }));
        return;
      }
      const subjects = branches.map(() => new Subject<Item>());
      branches.forEach((branch, index) => branch.connect(subjects[index]!, all));
      all.add(source.subscribe({
        next(item) {
          item.flight.split(subjects.length - 1);
          // All copies are made first: the first branch may let its frame go at once.
          const items = subjects.map((_, index) => index === 0 ? item : item.copy());
          subjects.forEach((subject, index) => subject.next(items[index]!));
        },
        error: (error) => subjects.forEach((subject) => subject.error(error)),
        complete: () => subjects.forEach((subject) => subject.complete()),
      }));
    },
  };
}

/** How many ends there are. */
export function countEnds(groups: readonly Group[]): number {
  if (groups.length === 0) return 1;
  return groups.reduce((sum, group) => sum + countEnds(group.children), 0);
}
