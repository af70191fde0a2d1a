import { Random } from "../random.ts";
import type { Belt } from "./belt.ts";
import { noise } from "./noise.ts";
import { smoothstep } from "./parts/model.ts";

/** The weave repeats after this many units in both directions: a power of two. */
export const tile = 512;
const tileMask = tile - 1;
/** The belt comes round again after this many units. */
export const round = 3072;
/** Units from one sample of dirt to the next, and how many there are along and across. */
export const coarse = 4;
export const [stainsWide, stainsHigh] = [round / coarse, 256];

/** What does not change of a belt. */
export interface Pattern {
  /** Slopes of the weave and its tone, over one tile. */
  readonly slopeX: Float32Array;
  readonly slopeY: Float32Array;
  readonly tone: Float32Array;
  /** Dirt, a quarter as fine, over the whole belt. */
  readonly stains: Float32Array;
}

const patterns = new Map<string, Pattern>();

/** The pattern of a belt's variant, made once. */
export function patternOf(belt: Belt): Pattern {
  const key = `${belt.weave} ${belt.variant}`;
  let pattern = patterns.get(key);
  if (!pattern) patterns.set(key, pattern = makePattern(belt));
  return pattern;
}

function makePattern({ weave, variant }: Belt): Pattern {
  const random = new Random(0x62656c74, variant);
  const height = new Float32Array(tile * tile);
  const tone = new Float32Array(tile * tile);
  const threads = Math.round(tile / random.between(4.6, 6.4));
  const wave = 2 * Math.PI * threads / tile;
  const [ox, oy] = [random.below(256), random.below(256)];
  for (let y = 0, i = 0; y < tile; y++) {
    for (let x = 0; x < tile; x++, i++) {
      const fine = noise.at(x + ox, y + oy);
      const grain = noise.at(x * 0.5 + oy, y * 0.5 + ox);
      let z = 0, shade = 0;
      if (weave === "twill") {
        const line = Math.sin(wave * (x + y));
        z = 0.34 * line + 0.16 * Math.sin(wave * (x - y)) * (0.5 + 0.5 * line);
        shade = 0.10 * line;
      } else if (weave === "plain") {
        const warp = Math.sin(wave * x), weft = Math.sin(wave * y);
        z = 0.34 * warp * weft + 0.1 * (warp + weft);
        shade = 0.12 * warp * weft;
      } else if (weave === "rubber") {
        z = 0.5 * grain;
      } else {
        z = 0.10 * grain + 0.08 * Math.sin(wave * x) * Math.sin(wave * y);
      }
      height[i] = z + 0.22 * grain + 0.1 * fine;
      tone[i] = 1 + shade + 0.07 * grain + 0.06 * fine;
    }
  }
  const slopeX = new Float32Array(tile * tile), slopeY = new Float32Array(tile * tile);
  for (let y = 0, i = 0; y < tile; y++) {
    for (let x = 0; x < tile; x++, i++) {
      const row = y * tile;
      slopeX[i] = (height[row + ((x + 1) & tileMask)]! - height[row + ((x - 1) & tileMask)]!) / 2;
      slopeY[i] = (height[((y + 1) & tileMask) * tile + x]! -
        height[((y - 1) & tileMask) * tile + x]!) / 2;
    }
  }
  return { slopeX, slopeY, tone, stains: makeStains(random) };
}

/** Tone of the belt over its length: oil, worn tracks, scuffs along its motion, and its joint. */
function makeStains(random: Random): Float32Array {
  const stains = new Float32Array(stainsWide * stainsHigh);
  const [ox, oy] = [random.between(0, 256), random.between(0, 256)];
  const lean = random.between(-0.35, 0.35);
  const overlap = stainsWide * 0.12;
  const dirt = (x: number, y: number) => {
    const cloud = noise.cloud(x * 0.022 + ox, y * 0.03 + oy);
    const oil = smoothstep(0.2, 0.75, noise.cloud(x * 0.04 + oy, y * 0.055 + ox));
    const scuff = smoothstep(0.35, 0.8, noise.at(x * 0.012 + ox, y * 0.55 + oy));
    const track = noise.at(ox, y * 0.05 + oy);
    return 0.16 * cloud - 0.4 * oil + 0.13 * scuff + 0.10 * track;
  };
  for (let y = 0, i = 0; y < stainsHigh; y++) {
    for (let x = 0; x < stainsWide; x++, i++) {
      const into = Math.max(0, (x - (stainsWide - overlap)) / overlap);
      stains[i] = dirt(x, y) * (1 - into) + (into ? dirt(x - stainsWide, y) * into : 0);
      // Dark glue with a worn, brighter edge on either side.
      const joint = Math.abs(x - stainsWide / 2 - lean * (y - stainsHigh / 2));
      if (joint < 4) {
        stains[i]! += 0.14 * (1 - smoothstep(1.5, 4, joint)) -
          0.5 * (1 - smoothstep(0, 1.6, joint));
      }
    }
  }
  return stains;
}
