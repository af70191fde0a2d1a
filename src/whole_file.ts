/**
 * Puts a file in its place: whole, or not at all. It is written beside its place and then moved there;
 * of two that do so at once, the later one's stays.
 *
 * @param content Text, or what writes to the path that it is given.
 */
export function writeWhole(path: string, content: string | ((unfinished: string) => void)): void {
  const unfinished = `${path}.${crypto.randomUUID().slice(0, 8)}.part`;
  try {
    if (typeof content === "string") Deno.writeTextFileSync(unfinished, content);
    else content(unfinished);
    Deno.renameSync(unfinished, path);
  } catch (error) {
    try {
      Deno.removeSync(unfinished);
    } catch { /* it was not made */ }
    throw error;
  }
}

const partBytes = 1 << 22; // Deno copies what it is given to write

/**
 * Writes all of these bytes where the file is at, a part at a time.
 *
 * @throws {Deno.errors} It can't be written to.
 */
export function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at, at + partBytes));
}
