import type { Random } from "../../random.ts";
import { softBlur } from "../blur.ts";
import { dull, luminance } from "../material.ts";
import { noise } from "../noise.ts";
import type { Model, Stroke } from "../parts/model.ts";
import { polygon } from "../raster.ts";
import type { Damage } from "./damage.ts";

/**
 * One gouge, or two side by side: a groove and the burr along it. Neither mirrors, and one is dark and
 * the other bright, so that it shows whatever its ground happens to mirror.
 */
export function scratch(model: Model, scale: number, random: Random): Damage {
  const stroke = model.scratch(random);
  // Between the turns of a thread or over balls, a fine line would be lost.
  const width = model.busy ? random.between(2.4, 3.2) : random.between(2, 3);
  const lines = [gouge(stroke, width, random.between(0, 256))];
  if (random.chance(0.35)) {
    const [dx, dy] = across(stroke, random.between(5, 8));
    const [a, b] = [random.between(0, 0.35), random.between(0.65, 1)];
    const at = (t: number) =>
      [
        stroke.x1 + (stroke.x2 - stroke.x1) * t + dx,
        stroke.y1 + (stroke.y2 - stroke.y1) * t + dy,
      ] as const;
    const [[x1, y1], [x2, y2]] = [at(a), at(b)];
    lines.push(gouge({ x1, y1, x2, y2, bend: stroke.bend }, width * 0.8, random.between(0, 256)));
  }
  const strength = random.between(0.8, 1);
  const depth = random.between(0.35, 0.7);
  return {
    shape: lines.join(""),
    cut: false,
    apply(surface, coverage) {
      const hollow = softBlur(coverage, surface.width, surface.height, Math.round(scale / 2));
      const scars = model.materials.map(({ colour }) => surface.add(dull(colour, 2)));
      for (let i = 0; i < coverage.length; i++) {
        surface.z[i]! -= depth * hollow[i]! / 255;
        const covered = coverage[i]!;
        if (covered === 0) continue;
        const { metal: bare, colour } = model.materials[surface.material[i]!]!;
        const bright = luminance(colour) > 0.22;
        // Half grey is the burr, white the groove.
        const groove = strength * Math.max(0, covered - burr) / (255 - burr);
        const edge = bare ? 0.75 * strength * Math.min(covered / burr, 1) : 0;
        for (let at = 3 * i; at < 3 * i + 3; at++) {
          surface.colour[at]! += edge * ((bright ? 0.5 : 0.03) - surface.colour[at]!);
          surface.colour[at]! += groove * ((bright ? 0.04 : 0.58) - surface.colour[at]!);
        }
        if (covered > (bare ? burr / 2 : burr * 1.4)) {
          surface.material[i] = scars[surface.material[i]!]!;
        }
      }
    },
  };
}

const burr = 128;

/** A line that is thickest in its middle, with a burr in half grey around it, as SVG. */
function gouge(stroke: Stroke, width: number, phase: number): string {
  return `<g fill="#808080">${line(stroke, 2 * width + 0.4, phase)}</g>` +
    line(stroke, width, phase);
}

function line(stroke: Stroke, width: number, phase: number): string {
  const [nx, ny] = across(stroke, 1);
  const left: [number, number][] = [];
  const right: [number, number][] = [];
  for (let i = 0; i <= 24; i++) {
    const t = i / 24;
    const swing = stroke.bend * 4 * t * (1 - t) + noise.at(t * 5 + phase, phase) * 0.5;
    const x = stroke.x1 + (stroke.x2 - stroke.x1) * t + nx * swing;
    const y = stroke.y1 + (stroke.y2 - stroke.y1) * t + ny * swing;
    const half = width / 2 * (0.45 + 0.55 * Math.sqrt(Math.sin(Math.PI * t))) *
      (1 + 0.25 * noise.at(t * 14, phase));
    left.push([x + nx * half, y + ny * half]);
    right.unshift([x - nx * half, y - ny * half]);
  }
  return `<path d="${polygon([...left, ...right])}"/>`;
}

function across({ x1, y1, x2, y2 }: Stroke, length: number): [number, number] {
  const distance = Math.max(Math.hypot(x2 - x1, y2 - y1), 1e-6);
  return [-(y2 - y1) / distance * length, (x2 - x1) / distance * length];
}
