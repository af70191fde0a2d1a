import type { CalibratedTensor, Preprocessing } from "./calibration.ts";

/**
 * The ranges of a picture that is put into a model: those of whole numbers from 0 to 255, whatever
 * was seen and whichever method is chosen for other tensors. If all channels are scaled alike and
 * black is zero, the 256 levels of u8 are these numbers and nothing is lost.
 */
export function inputRanges(
  { order, scale, mean, std }: Preprocessing,
): Pick<CalibratedTensor, "method" | "asymmetric" | "symmetric"> {
  const ends = mean.slice(0, order === "GREY" ? 1 : 3).flatMap((shift, i) =>
    [0, 255].map((value) => (value * scale - shift) / std[i]!)
  );
  const [min, max] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const end = Math.max(-min, max);
  return {
    method: { name: "minmax" },
    asymmetric: { min, max },
    symmetric: { min: -end, max: end },
  };
}
