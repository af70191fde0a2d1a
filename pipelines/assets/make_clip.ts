/**
 * Draws pipelines/assets/line.mp4: ten seconds of a drawn bottling line, for pipelines that must
 * run with nothing but this repository. Every fifth bottle lacks its cap, every seventh is half full.
 *
 *     deno run -A pipelines/assets/make_clip.ts
 *
 * Needs ffmpeg with libx264. The clip is our own work, under the repository's licence.
 */
import sharp from "sharp";

const width = 640, height = 360, fps = 25, seconds = 10;
/** Pixels between bottles, and pixels that the belt moves in a frame. */
const spacing = 112, speed = 4;

/** One bottle whose left edge is at `x`; `index` counts along the belt. */
function bottle(x: number, index: number): string {
  const full = index % 7 === 3 ? 52 : 92;
  const cap = index % 5 === 2 ? "" : `<rect x="${x + 17}" y="122" width="18" height="14" rx="2"
    fill="#d23c28"/>`;
  return `
    <path d="M${x + 19} 136 h14 v30 q19 12 19 34 v84 q0 6 -6 6 h-40 q-6 0 -6 -6 v-84 q0 -22 19 -34 z"
      fill="#cfe3dc" stroke="#5d7a70" stroke-width="2"/>
    <rect x="${x + 3}" y="${287 - full}" width="46" height="${full}" rx="4" fill="#3f8f5f"/>
    <rect x="${x + 3}" y="226" width="46" height="32" fill="#f4f0dc"/>${cap}`;
}

/** Frame `n` as SVG. */
function picture(n: number): string {
  const moved = n * speed;
  const first = Math.floor((moved - width) / spacing);
  let bottles = "", rollers = "";
  for (let i = first; i * spacing - moved < width * 2; i++) {
    const x = width - spacing - (i * spacing - moved + width);
    if (x > -spacing && x < width) bottles += bottle(x, i + 1000);
  }
  for (let x = (moved % 32) - 32; x < width; x += 32) {
    rollers += `<rect x="${x}" y="296" width="16" height="6" fill="#7b8087"/>`;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <rect width="${width}" height="${height}" fill="#b9bec4"/>
    <rect y="60" width="${width}" height="8" fill="#9aa0a8"/>
    <rect y="290" width="${width}" height="70" fill="#4a4f57"/>${rollers}
    <rect y="308" width="${width}" height="4" fill="#383c42"/>${bottles}</svg>`;
}

const out = new URL("line.mp4", import.meta.url).pathname;
const encoder = new Deno.Command("ffmpeg", {
  args: [
    ...["-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24"],
    ...["-s", `${width}x${height}`, "-r", `${fps}`, "-i", "-"],
    ...["-c:v", "libx264", "-preset", "veryslow", "-crf", "26", "-pix_fmt", "yuv420p"],
    ...["-g", `${fps * 2}`, "-movflags", "+faststart", out],
  ],
  stdin: "piped",
}).spawn();
const frames = encoder.stdin.getWriter();
for (let n = 0; n < fps * seconds; n++) {
  const { data } = await sharp(new TextEncoder().encode(picture(n))).removeAlpha().raw()
    .toBuffer({ resolveWithObject: true });
  await frames.write(new Uint8Array(data));
}
await frames.close();
Deno.exit((await encoder.status).code);
