/** Bytes read at random, so that a model's weights need not pass through memory. */
export interface ByteSource {
  readonly size: number;
  /** Fills `into` from `offset` on; returns how many bytes there were. */
  read(offset: number, into: Uint8Array): number;
}

/** Bytes that are in memory. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read(offset, into) {
      const part = bytes.subarray(offset, offset + into.length);
      into.set(part);
      return part.length;
    },
  };
}

/** An open file's bytes. */
export function fileSource(file: Deno.FsFile): ByteSource {
  return {
    size: file.statSync().size,
    read(offset, into) {
      file.seekSync(offset, Deno.SeekMode.Start);
      let count = 0;
      while (count < into.length) {
        const read = file.readSync(into.subarray(count));
        if (read === null) break;
        count += read;
      }
      return count;
    },
  };
}
