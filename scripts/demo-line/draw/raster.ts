import sharp from "sharp";

// Scenes are spread over workers; libvips' own threads would only get in their way.
sharp.concurrency(1);
sharp.cache(false);

/**
 * Draws white shapes on black: each panel is SVG markup in a box of `width` by `height` units around
 * the origin, drawn `scale` times as large.
 *
 * @returns for each panel, coverage 0 to 255 of its `width * scale` by `height * scale` pixels.
 */
export async function rasterise(
  panels: readonly string[],
  width: number,
  height: number,
  scale: number,
): Promise<Uint8Array[]> {
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)];
  const groups = panels.map((panel, i) =>
    `<svg y="${i * h}" width="${w}" height="${h}" viewBox="${-width / 2} ${
      -height / 2
    } ${width} ${height}">` +
    `<g fill="#fff">${panel}</g></svg>`
  );
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${w}" height="${h * panels.length}">` +
    `<rect width="100%" height="100%" fill="#000"/>${groups.join("")}</svg>`;
  const { data, info } = await sharp(new TextEncoder().encode(svg)).raw()
    .toBuffer({ resolveWithObject: true });
  if (info.width !== w || info.height !== h * panels.length) {
    throw new Error(
      `an SVG of ${w}x${h * panels.length} came out as ${info.width}x${info.height}`,
    );
  }
  return panels.map((_, panel) => {
    const coverage = new Uint8Array(w * h);
    for (let i = 0, at = panel * w * h * info.channels; i < w * h; i++, at += info.channels) {
      coverage[i] = data[at]!;
    }
    return coverage;
  });
}

/** SVG path data through points; closed. */
export function polygon(points: readonly (readonly [number, number])[]): string {
  return `M${points.map(([x, y]) => `${x.toFixed(2)} ${y.toFixed(2)}`).join("L")}Z`;
}

/** SVG path data of a circle around the origin. */
export function circle(radius: number): string {
  const r = radius.toFixed(2);
  return `M${r} 0A${r} ${r} 0 1 0 -${r} 0A${r} ${r} 0 1 0 ${r} 0Z`;
}
