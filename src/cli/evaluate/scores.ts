import {
  type Bootstrap,
  bootstrap,
  type CocoFigures,
  type GroundTruth,
  type Intervals,
  resampledFigures,
} from "../../evaluate/mod.ts";
import type { EvaluateOptions } from "./options.ts";
import type { Scored } from "./scored.ts";
import { scoreTables } from "./tables.ts";
import { print } from "../terminal.ts";

/** Prints figures, as tables or as JSON, with what more is known of all. */
export function showScores(
  truth: GroundTruth,
  scored: readonly Scored[],
  options: Pick<EvaluateOptions, "json" | "resamples" | "seed">,
  more: Readonly<Record<string, unknown>>,
): void {
  const { resamples, seed } = options;
  const boxes = truth.crowd.reduce((sum, crowd) => sum + 1 - crowd, 0);
  const uncertain = resamples === 0 || boxes === 0 ? undefined : bootstrap(
    scored.map(({ evaluation }) => evaluation),
    truth.images.length,
    { resamples, seed },
  );
  if (!options.json) return print(scoreTables(truth, scored, uncertain));
  const objects = scored.map((one, index) => scoreObject(one, uncertain?.figures[index]));
  const all = scored.length === 1 ? { ...objects[0], boxes, ...more } : {
    models: Object.fromEntries(scored.map(({ name }, index) => [name, objects[index]])),
    differences: differences(scored, uncertain),
    boxes,
    ...more,
  };
  print(JSON.stringify(all) + "\n");
}

/** Of one model: the twelve figures first, then what they come with. */
function scoreObject(scored: Scored, intervals: Intervals | undefined) {
  const { name, evaluation, imagesPerSecond, agreement } = scored;
  const classes = evaluation.classes.map(({ category, curve: _, ...figures }) =>
    [category, figures] as const
  );
  const twice = (name: string) => classes.filter(([one]) => one.name === name).length > 1;
  return {
    ...evaluation.figures,
    name,
    ...(intervals && { intervals: pairsOf(intervals) }),
    classes: Object.fromEntries(
      classes.map(([{ id, name }, figures]) =>
        [twice(name) ? `${name} (${id})` : name, { id, ...figures }] as const
      ),
    ),
    ...(imagesPerSecond !== undefined && { imagesPerSecond }),
    ...(agreement && { agreement }),
  };
}

/** Of each but the first: how much more each figure is than the first one's. */
function differences(scored: readonly Scored[], uncertain: Bootstrap | undefined) {
  const base = scored[0]!;
  return Object.fromEntries(
    scored.slice(1).map(({ name, evaluation }, index) => {
      const figures = Object.entries(evaluation.figures).map(([key, value]) =>
        [key, difference(value, base.evaluation.figures[key as keyof CocoFigures])] as const
      );
      const intervals = uncertain?.differences[index + 1];
      return [name, {
        ...Object.fromEntries(figures),
        to: base.name,
        ...(intervals && { intervals: pairsOf(intervals) }),
      }];
    }),
  );
}

/** Nothing where one of the two has no figure. */
function difference(value: number, base: number): number | null {
  return value < 0 || base < 0 ? null : value - base;
}

function pairsOf(intervals: Intervals): Record<string, [number, number]> {
  return Object.fromEntries(
    resampledFigures.map((name) => [name, [intervals[name].low, intervals[name].high]]),
  );
}
