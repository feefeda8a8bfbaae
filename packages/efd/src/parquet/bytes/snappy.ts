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

  // Four bytes at a time where what is written too much is overwritten by the next element.
  const from32 = new DataView(input.buffer, input.byteOffset, input.byteLength);
  const to32 = new DataView(output.buffer, output.byteOffset, output.byteLength);
  const inputEnd = input.length;
  const outputEnd = output.length;
  // Before these any short element is read and written whole, with what is read and written too much.
  const inputSafe = inputEnd - 16;
  const outputSafe = outputEnd - 72;
  let to = 0;
  while (from < inputEnd) {
    while (from < inputSafe && to < outputSafe) {
      // Short literals and copies that do not overlap eight bytes: what numbers in a sequence are made of.
      const tag = input[from] as number;
      const kind = tag & 3;
      if (kind === 0) {
        const count = (tag >>> 2) + 1;
        if (count > 12) break;
        to32.setUint32(to, from32.getUint32(from + 1, true), true);
        if (count > 4) {
          to32.setUint32(to + 4, from32.getUint32(from + 5, true), true);
          to32.setUint32(to + 8, from32.getUint32(from + 9, true), true);
        }
        from += count + 1;
        to += count;
        continue;
      }
      if (kind === 3) break;
      const distance =
        kind === 1 ? ((tag >>> 5) << 8) | (input[from + 1] as number) : (input[from + 1] as number) | ((input[from + 2] as number) << 8);
      if (distance < 8 || distance > to) break;
      const count = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
      from += kind + 1;
      const back = to - distance;
      to32.setUint32(to, to32.getUint32(back, true), true);
      to32.setUint32(to + 4, to32.getUint32(back + 4, true), true);
      for (let at = 8; at < count; at += 4) to32.setUint32(to + at, to32.getUint32(back + at, true), true);
      to += count;
    }
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
        if (count > 32) {
          output.set(input.subarray(from, from + count), to);
          from += count;
          to += count;
        } else if (count + 4 <= inputEnd - from && count + 4 <= outputEnd - to) {
          for (let at = 0; at < count; at += 4) to32.setUint32(to + at, from32.getUint32(from + at, true), true);
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
    if (distance >= 4 && count + 4 <= outputEnd - to) {
      const back = to - distance;
      for (let at = 0; at < count; at += 4) to32.setUint32(to + at, to32.getUint32(back + at, true), true);
      to += count;
      continue;
    }
    // Byte by byte, for what is copied may be what was just written; at most 64 of them.
    for (let back = to - distance, end = to + count; to < end; ) output[to++] = output[back++] as number;
  }
  return to === outputEnd;
}
