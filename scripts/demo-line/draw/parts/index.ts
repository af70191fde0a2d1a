import type { Defect, Kind } from "../../classes.ts";
import type { Random } from "../../random.ts";
import { bearing } from "./bearing.ts";
import { bolt } from "./bolt.ts";
import { cap } from "./cap.ts";
import type { Model } from "./model.ts";
import { nut } from "./nut.ts";
import { washer } from "./washer.ts";

/** The model of a part `size` pixels across (a bolt: long); only a missing hole shows in it yet. */
export function model(kind: Kind, defect: Defect | null, size: number, random: Random): Model {
  const hole = defect !== "missing-hole";
  switch (kind) {
    case "washer":
      return washer(size, hole, random);
    case "nut":
      return nut(size, hole, random);
    case "bolt":
      return bolt(size, random);
    case "cap":
      return cap(size, random);
    case "bearing":
      return bearing(size, hole, random);
  }
}
