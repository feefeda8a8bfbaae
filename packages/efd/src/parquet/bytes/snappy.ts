/**
 * Decompresses a Snappy block (format_description.txt of google/snappy) into `output`, which it must fill exactly; false where it does not,
 * or where an element reaches outside. Written so that incompressible data, long literals, costs what copying costs.
 */
export function snappyInto(input: Uint8Array, output: Uint8Array): boolean {
  let from = 0;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = input[from++];
    if (byte === undefined || shift > 28) return false;
    length += (byte & 127) * 2 ** shift;
    if (byte < 128) break;
  }
  if (length !== output.length) return false;

  const inputEnd = input.length;
  const outputEnd = output.length;
  let to = 0;
  while (from < inputEnd) {
    // In bounds, as are the reads below: past the end they give undefined, which the bit operations take for 0, and the next check refuses.
    const tag = input[from++] as number;
    let count: number;
    let distance: number;
    switch (tag & 3) {
      case 0: {
        count = (tag >>> 2) + 1;
        if (count > 60) {
          const extra = count - 60;
          if (from + extra > inputEnd) return false;
          count = 1;
          for (let index = 0; index < extra; index++) count += (input[from + index] as number) * 2 ** (8 * index);
          from += extra;
        }
        if (count > inputEnd - from || count > outputEnd - to) return false;
        if (count > 24) {
          output.set(input.subarray(from, from + count), to);
          from += count;
          to += count;
        } else {
          for (const end = to + count; to < end; ) output[to++] = input[from++] as number;
        }
        continue;
      }
      case 1:
        count = ((tag >>> 2) & 7) + 4;
        distance = ((tag >>> 5) << 8) | (input[from] as number);
        from += 1;
        break;
      case 2:
        count = (tag >>> 2) + 1;
        distance = (input[from] as number) | ((input[from + 1] as number) << 8);
        from += 2;
        break;
      default:
        count = (tag >>> 2) + 1;
        distance =
          ((input[from] as number) |
            ((input[from + 1] as number) << 8) |
            ((input[from + 2] as number) << 16) |
            ((input[from + 3] as number) << 24)) >>>
          0;
        from += 4;
    }
    if (distance === 0 || distance > to || count > outputEnd - to || from > inputEnd) return false;
    // Byte by byte, for what is copied may be what was just written; at most 64 of them.
    for (let back = to - distance, end = to + count; to < end; ) output[to++] = output[back++] as number;
  }
  return to === outputEnd;
}
