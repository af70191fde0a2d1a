import type { Belt } from "../draw/belt.ts";
import type { Camera } from "../draw/camera.ts";
import type { Lamp, Light } from "../draw/light.ts";
import { type Colour, scaled } from "../draw/material.ts";
import type { Rail } from "../draw/rail.ts";
import type { FrameSize } from "../draw/see.ts";
import type { Random } from "../random.ts";

export type { FrameSize };

/** Two looks of the line: the one to train on, and one with another belt, light and camera. */
export const domains = ["first", "second"] as const;
/** One of them. */
export type Domain = typeof domains[number];

/** A belt, light and camera that stay what they are over a clip; `lightAt` lets the light drift. */
export interface Stage {
  readonly size: FrameSize;
  /** Pixels of the frame a pixel of a 640x480 one at usual zoom. */
  readonly scale: number;
  readonly belt: Belt;
  readonly rails: readonly Rail[];
  readonly camera: Camera;
  readonly light: Light;
  /** Phases of the slow changes of light. */
  readonly drift: readonly [number, number, number];
}

interface Look {
  readonly belts: readonly { readonly weave: Belt["weave"]; readonly colour: Colour }[];
  readonly gloss: readonly [number, number];
  readonly zoom: readonly [number, number];
  /** Colour of the lamps: red and blue against green. */
  readonly warmth: readonly [number, number];
  readonly lamps: readonly [number, number];
  readonly room: readonly [number, number];
  readonly shadow: readonly [number, number];
  readonly noise: readonly [number, number];
  readonly softness: readonly [number, number];
  readonly gamma: readonly [number, number];
  readonly contrast: readonly [number, number];
}

const looks: Readonly<Record<Domain, Look>> = {
  first: {
    belts: [
      { weave: "plain", colour: [0.110, 0.112, 0.115] },
      { weave: "twill", colour: [0.050, 0.095, 0.070] },
      { weave: "rubber", colour: [0.060, 0.060, 0.062] },
      { weave: "plain", colour: [0.075, 0.105, 0.150] },
      { weave: "twill", colour: [0.170, 0.168, 0.160] },
      { weave: "smooth", colour: [0.085, 0.090, 0.095] },
    ],
    gloss: [0.008, 0.03],
    zoom: [0.94, 1.06],
    warmth: [-0.05, 0.06],
    lamps: [2.2, 3.4],
    room: [0.30, 0.5],
    shadow: [0.42, 0.66],
    noise: [0.6, 1.3],
    softness: [0.05, 0.13],
    gamma: [2.1, 2.3],
    contrast: [0.15, 0.45],
  },
  second: {
    belts: [
      { weave: "smooth", colour: [0.250, 0.400, 0.285] },
      { weave: "plain", colour: [0.300, 0.430, 0.330] },
      { weave: "smooth", colour: [0.200, 0.370, 0.290] },
    ],
    gloss: [0.03, 0.07],
    zoom: [1.04, 1.2],
    warmth: [0.12, 0.26],
    lamps: [3.6, 5.2],
    room: [0.2, 0.3],
    shadow: [0.6, 0.8],
    noise: [1.8, 3.2],
    softness: [0.16, 0.24],
    gamma: [1.8, 2.0],
    contrast: [0, 0.2],
  },
};

/** Draws lots for everything about a line but its parts. */
export function makeStage(domain: Domain, size: FrameSize, random: Random): Stage {
  const look = looks[domain];
  const range = ([low, high]: readonly [number, number]) => random.between(low, high);
  const zoom = range(look.zoom);
  const scale = Math.min(size.width / 640, size.height / 480) * zoom;
  const tilt = random.chance(0.5) ? 0 : random.between(-0.045, 0.045);
  const variant = random.below(look.belts.length);
  const belt = look.belts[variant]!;
  const tone = random.between(0.85, 1.2);
  const light = makeLight(domain, look, random);
  const warmth = range(look.warmth);
  const noise = range(look.noise);
  const rail = (top: boolean): Rail => ({
    top,
    width: random.between(12, 42) * scale,
    tilt,
    colour: [0.52, 0.53, 0.545],
    seed: random.between(0, 200),
  });
  return {
    size,
    scale,
    belt: {
      variant: variant + (domain === "second" ? 100 : 0),
      weave: belt.weave,
      colour: scaled(belt.colour, tone),
      relief: random.between(0.6, 1.2),
      dirt: random.between(0.25, 1),
      gloss: range(look.gloss),
      tilt,
      zoom: scale,
    },
    rails: [...random.chance(0.6) ? [rail(true)] : [], ...random.chance(0.6) ? [rail(false)] : []],
    light,
    drift: [random.unit(), random.unit(), random.unit()],
    camera: {
      softness: range(look.softness),
      smear: 0,
      vignette: random.between(0.05, 0.25),
      fall: [random.between(-0.1, 0.1), random.between(-0.1, 0.1)],
      exposure: random.between(0.88, 1.12),
      balance: [
        1 + 0.5 * warmth + random.between(-0.02, 0.02),
        1,
        1 - 0.8 * warmth + random.between(-0.02, 0.02),
      ],
      readNoise: 0.0035 * noise,
      shotNoise: 0.010 * noise,
      gamma: range(look.gamma),
      contrast: range(look.contrast),
      saturation: random.between(0.85, 1.1),
    },
  };
}

/**
 * First: two bars beside the belt and a diffuser above. Second: one strong low bar from the left
 * and a small bright lamp. The level makes white paper white.
 */
function makeLight(domain: Domain, look: Look, random: Random): Light {
  const power = random.between(...look.lamps);
  const room = random.between(...look.room);
  const cool: Colour = [0.98, 1, 1.04];
  const lit = (factor: number) => scaled([1, 1, 1], power * factor);
  const lamps: Lamp[] = [];
  const swing = random.between(-0.25, 0.25);
  if (domain === "first") {
    const share = random.between(0.35, 1);
    const [near, far] = random.chance(0.5) ? [1, share] : [share, 1];
    const bar = (y: number, factor: number): Lamp => ({
      x: random.between(-0.15, 0.15),
      y,
      length: random.between(0.5, 0.8),
      width: random.between(0.08, 0.16),
      turn: swing,
      colour: lit(factor),
    });
    lamps.push(bar(random.between(-0.72, -0.5), near), bar(random.between(0.5, 0.72), far));
    lamps.push({
      x: random.between(-0.3, 0.3),
      y: random.between(-0.3, 0.3),
      length: random.between(0.16, 0.34),
      width: random.between(0.14, 0.26),
      turn: random.between(0, 3),
      colour: lit(random.between(0.25, 0.5)),
    });
  } else {
    lamps.push({
      x: -random.between(0.5, 0.7),
      y: random.between(-0.25, 0.25),
      length: random.between(0.08, 0.14),
      width: random.between(0.5, 0.8),
      turn: swing,
      colour: lit(1),
    }, {
      x: random.between(-0.1, 0.35),
      y: random.between(-0.4, -0.1),
      length: random.between(0.1, 0.18),
      width: random.between(0.1, 0.18),
      turn: 0,
      colour: lit(random.between(0.7, 1)),
    });
  }
  let flat = room, toX = 0, toY = 0;
  for (const lamp of lamps) {
    const strength = lamp.colour[1] * lamp.length * lamp.width;
    flat += 1.2 * strength * Math.sqrt(1 - lamp.x ** 2 - lamp.y ** 2);
    toX += strength * lamp.x;
    toY += strength * lamp.y;
  }
  const distance = Math.max(Math.hypot(toX, toY), 1e-6);
  const [u, v] = [toX / distance, toY / distance];
  return {
    lamps,
    room: scaled(cool, room),
    floor: [0.09, 0.09, 0.09],
    level: 0.95 / flat,
    shadow: { x: -u, y: -v, depth: random.between(...look.shadow) },
  };
}

/** The stage's light after that many seconds: brightness and place drift a little, mains flickers. */
export function lightAt(stage: Stage, seconds: number): Light {
  const { light, drift } = stage;
  const slow = (period: number, phase: number) =>
    Math.sin(2 * Math.PI * (seconds / period + phase));
  const level = light.level *
    (1 + 0.03 * slow(47, drift[0]) + 0.015 * slow(13, drift[1]) + 0.004 * slow(0.31, drift[2]));
  const [x, y] = [0.03 * slow(61, drift[1]), 0.03 * slow(37, drift[2])];
  return {
    ...light,
    level,
    lamps: light.lamps.map((lamp) => ({ ...lamp, x: lamp.x + x, y: lamp.y + y })),
  };
}
