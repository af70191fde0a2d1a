import type { Defect } from "../../classes.ts";
import type { Random } from "../../random.ts";
import type { Model } from "../parts/model.ts";
import { chip } from "./chip.ts";
import type { Damage } from "./damage.ts";
import { particle } from "./particle.ts";
import { scratch } from "./scratch.ts";

/** Damage of that sort at a random place, `scale` samples a pixel; null for what the model shows itself. */
export function damage(
  defect: Defect | null,
  model: Model,
  scale: number,
  random: Random,
): Damage | null {
  switch (defect) {
    case "scratch":
      return scratch(model, scale, random);
    case "chip":
      return chip(model, scale, random);
    case "particle":
      return particle(model, scale, random);
    default:
      return null;
  }
}
