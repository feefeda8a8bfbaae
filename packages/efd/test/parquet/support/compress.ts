/** Matches of four bytes or more within the last `window` bytes, greedily; what lies between is literal. */
function* matches(bytes: Uint8Array, window: number, longest: number) {
  const seen = new Map<number, number>();
  let literal = 0;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // LZ4 wants its last bytes to be literals.
  for (let at = 0; at + 12 < bytes.length; ) {
    const word = view.getUint32(at, true);
    const before = seen.get(word);
    seen.set(word, at);
    if (before === undefined || at - before > window) {
      at += 1;
      continue;
    }
    let count = 4;
    while (count < longest && at + count + 5 < bytes.length && bytes[before + count] === bytes[at + count]) count += 1;
    yield { literal: bytes.subarray(literal, at), distance: at - before, count };
    at += count;
    literal = at;
  }
  yield { literal: bytes.subarray(literal), distance: 0, count: 0 };
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}

export function snappyBlock(bytes: Uint8Array): Uint8Array {
  const out = varint(bytes.length);
  for (const { literal, distance, count } of matches(bytes, 60_000, 64)) {
    if (literal.length > 0) {
      const size = literal.length - 1;
      if (size < 60) out.push(size << 2);
      else out.push(61 << 2, size & 255, size >> 8);
      out.push(...literal);
    }
    if (count === 0) continue;
    if (count < 12 && distance < 2048) out.push(1 | ((count - 4) << 2) | ((distance >> 8) << 5), distance & 255);
    else if (count % 2) out.push(2 | ((count - 1) << 2), distance & 255, distance >> 8);
    else out.push(3 | ((count - 1) << 2), distance & 255, distance >> 8, 0, 0);
  }
  return Uint8Array.from(out);
}

export function lz4Block(bytes: Uint8Array): Uint8Array {
  const out: number[] = [];
  const rest = (length: number) => {
    if (length < 15) return;
    let left = length - 15;
    for (; left >= 255; left -= 255) out.push(255);
    out.push(left);
  };
  for (const { literal, distance, count } of matches(bytes, 60_000, 1000)) {
    out.push((Math.min(15, literal.length) << 4) | (count === 0 ? 0 : Math.min(15, count - 4)));
    rest(literal.length);
    out.push(...literal);
    if (count === 0) continue;
    out.push(distance & 255, distance >> 8);
    rest(count - 4);
  }
  return Uint8Array.from(out);
}
