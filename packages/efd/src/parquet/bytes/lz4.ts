/**
 * Decompresses one LZ4 block (lz4_Block_format.md) from `output[to]` on. Returns where the output ends, or -1 where a sequence reaches
 * outside of either.
 */
function block(input: Uint8Array, output: Uint8Array, to: number): number {
  const start = to;
  let from = 0;
  /** The rest of a length whose four bits were all set. */
  const long = (length: number): number => {
    for (;;) {
      const byte = input[from++];
      if (byte === undefined) return Number.POSITIVE_INFINITY;
      length += byte;
      if (byte < 255) return length;
    }
  };
  while (from < input.length) {
    // In bounds by the loop's condition.
    const token = input[from++] as number;
    const literals = token >> 4 === 15 ? long(15) : token >> 4;
    if (literals > input.length - from || literals > output.length - to) return -1;
    output.set(input.subarray(from, from + literals), to);
    from += literals;
    to += literals;
    // The last sequence has literals only.
    if (from === input.length) return to;
    if (from + 2 > input.length) return -1;
    const distance = (input[from] as number) | ((input[from + 1] as number) << 8);
    from += 2;
    const count = ((token & 15) === 15 ? long(15) : token & 15) + 4;
    if (distance === 0 || distance > to - start || count > output.length - to) return -1;
    for (let back = to - distance, end = to + count; to < end; ) output[to++] = output[back++] as number;
  }
  return input.length === 0 ? to : -1;
}

/** Fills `output` exactly from one block (LZ4_RAW), or gives false. */
export function lz4Into(input: Uint8Array, output: Uint8Array): boolean {
  return block(input, output, 0) === output.length;
}

/**
 * The codec LZ4 of old writers (Parquet's Compression.md, "LZ4"): blocks, each after its two big-endian lengths, as Hadoop frames them;
 * or, by other writers, one plain block.
 */
export function lz4HadoopInto(input: Uint8Array, output: Uint8Array): boolean {
  return hadoop(input, output) || lz4Into(input, output);
}

function hadoop(input: Uint8Array, output: Uint8Array): boolean {
  const view = new DataView(input.buffer, input.byteOffset, input.byteLength);
  let to = 0;
  for (let from = 0; from < input.length; ) {
    if (input.length - from < 8) return false;
    const decompressed = view.getUint32(from);
    const compressed = view.getUint32(from + 4);
    from += 8;
    if (compressed > input.length - from || decompressed > output.length - to) return false;
    if (block(input.subarray(from, from + compressed), output.subarray(to, to + decompressed), 0) !== decompressed) return false;
    from += compressed;
    to += decompressed;
  }
  return to === output.length;
}
