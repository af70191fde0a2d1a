import type {
  Agreement,
  Bootstrap,
  ClassFigures,
  CocoFigures,
  GroundTruth,
  Interval,
  Intervals,
} from "../../evaluate/mod.ts";
import type { Scored } from "./scored.ts";
import { table } from "../tables.ts";

/** Figures, classes and agreement as tables; the first column names them, one or more for each model. */
export function scoreTables(
  truth: GroundTruth,
  scored: readonly Scored[],
  uncertain: Bootstrap | undefined,
): string {
  const names = shortNames(scored.map(({ name }) => name));
  const [first] = scored as [Scored];
  const several = scored.length > 1;
  const head = ["figure"];
  names.forEach((name, index) => {
    head.push(name);
    if (index > 0) head.push("difference");
    if (uncertain && (index > 0 || !several)) head.push("95 %");
  });
  const rows = (Object.keys(first.evaluation.figures) as (keyof CocoFigures)[]).map((key) => {
    const base = first.evaluation.figures[key];
    return [
      key,
      ...scored.flatMap(({ evaluation: { figures } }, index) => {
        const cells = [fraction(figures[key])];
        if (index > 0) cells.push(signed(figures[key], base));
        const intervals = index > 0 ? uncertain?.differences[index] : uncertain?.figures[0];
        if (intervals && (index > 0 || !several)) cells.push(range(intervals, key, index > 0));
        return cells;
      }),
    ];
  });
  const texts = [
    table(head, rows, { from: 1, to: head.length }, Deno.stdout),
    classTable(truth, scored, names),
  ];
  const rates = scored.flatMap(({ imagesPerSecond }, index) =>
    imagesPerSecond === undefined ? [] : [`${names[index]}: ${imagesPerSecond.toFixed(1)} images/s`]
  );
  if (rates.length > 0) texts.push(rates.join("\n") + "\n");
  const agreements = scored.flatMap(({ agreement }, index) =>
    agreement ? [[names[index]!, agreement] as const] : []
  );
  if (agreements.length > 0) texts.push(agreementTable(agreements));
  return texts.join("\n");
}

/** One row a class that has boxes. */
function classTable(
  truth: GroundTruth,
  scored: readonly Scored[],
  names: readonly string[],
): string {
  const known = scored[0]!.evaluation.classes.flatMap(({ boxes }, index) =>
    boxes > 0 ? [index] : []
  );
  const several = scored.length > 1;
  const head = ["class", "boxes"];
  names.forEach((name, index) => {
    head.push(...(several ? [name] : ["AP", "AP50", "AP75", "AR100"]));
    if (index > 0) head.push("difference");
  });
  const rows = known.map((index) => {
    const of = (one: Scored): ClassFigures => one.evaluation.classes[index]!;
    const base = of(scored[0]!);
    return [
      truth.categories[index]!.name,
      String(base.boxes),
      ...scored.flatMap((one, place) => {
        const { AP, AP50, AP75, AR100 } = of(one);
        if (!several) return [AP, AP50, AP75, AR100].map(fraction);
        return place === 0 ? [fraction(AP)] : [fraction(AP), signed(AP, base.AP)];
      }),
    ];
  });
  const title = several ? "AP by class\n" : "";
  return title + table(head, rows, { from: 1, to: head.length }, Deno.stdout);
}

/** How far models agree with a reference. */
export function agreementTable(rows: readonly (readonly [string, Agreement])[]): string {
  const head = [
    ...["model", "reference has", "model has", "matched", "recall", "reverse recall"],
    ...["box shift px", "score shift", "score bias"],
  ];
  return table(
    head,
    rows.map(([name, one]) => [
      name,
      String(one.reference),
      String(one.model),
      String(one.matched),
      one.recall.toFixed(4),
      one.reverseRecall.toFixed(4),
      one.boxShift.toFixed(2),
      one.scoreShift.toFixed(4),
      (one.scoreBias < 0 ? "" : "+") + one.scoreBias.toFixed(4),
    ]),
    { from: 1, to: head.length },
    Deno.stdout,
  );
}

/** File names alone, where that tells them apart. */
export function shortNames(paths: readonly string[]): string[] {
  const names = paths.map((path) => path.replace(/^.*[/\\]/, ""));
  return new Set(names).size === names.length ? names : [...paths];
}

function fraction(value: number): string {
  return value < 0 ? "–" : value.toFixed(4);
}

function signed(value: number, base: number): string {
  if (value < 0 || base < 0) return "–";
  return withSign(value - base);
}

function withSign(value: number): string {
  return (value < 0 ? "" : "+") + value.toFixed(4);
}

function range(intervals: Intervals, key: string, difference: boolean): string {
  const interval = (intervals as Partial<Record<string, Interval>>)[key];
  if (!interval) return "";
  const shown = (value: number) => difference ? withSign(value) : value.toFixed(4);
  return `${shown(interval.low)} to ${shown(interval.high)}`;
}
