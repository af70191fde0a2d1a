import { fileURLToPath } from "node:url";

/** The folders and files that decide what is drawn, by what is made. */
const sources = {
  images: ["classes.ts", "random.ts", "draw", "scene"],
  clip: ["classes.ts", "random.ts", "draw", "scene", "motion"],
} as const;

/**
 * Hash of how a set was made: SHA-256 over the generator's sources and the options, as hex. Sets with
 * the same recipe are the same, given the same versions of Deno, sharp and ffmpeg.
 */
export async function recipe(
  what: keyof typeof sources,
  options: Readonly<Record<string, unknown>>,
): Promise<string> {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const names: string[] = [];
  for (const source of sources[what]) names.push(...await filesOf(root, source));
  const texts = [];
  for (const name of names.sort()) texts.push(`${name}\n${await Deno.readTextFile(root + name)}`);
  const bytes = new TextEncoder().encode([JSON.stringify(options), ...texts].join("\0"));
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function filesOf(root: string, name: string): Promise<string[]> {
  if (name.endsWith(".ts")) return [name];
  const found: string[] = [];
  for await (const entry of Deno.readDir(root + name)) {
    if (entry.isDirectory || entry.name.endsWith(".ts")) {
      found.push(...await filesOf(root, `${name}/${entry.name}`));
    }
  }
  return found;
}
