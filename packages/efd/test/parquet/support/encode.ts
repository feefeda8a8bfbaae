/** Encoders as plain as they can be, to hold the decoders against: Encodings.md. */
export function bitPack(values: readonly bigint[], width: number): number[] {
  let bits = 0n;
  for (const [index, value] of values.entries()) bits |= BigInt.asUintN(width, value) << BigInt(index * width);
  const bytes: number[] = [];
  for (let at = 0; at < Math.ceil((values.length * width) / 8); at++) bytes.push(Number((bits >> BigInt(8 * at)) & 255n));
  return bytes;
}

export function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}

/** Runs of eight or more repeat, the rest is packed in groups of eight. */
export function hybrid(values: readonly number[], width: number): number[] {
  const bytes: number[] = [];
  for (let at = 0; at < values.length; ) {
    let run = 1;
    while (at + run < values.length && values[at + run] === values[at]) run += 1;
    if (run >= 8) {
      bytes.push(...varint(run << 1));
      for (let byte = 0; byte < (width + 7) >> 3; byte++) bytes.push(((values[at] as number) >>> (8 * byte)) & 255);
      at += run;
    } else {
      const group = Array.from({ length: 8 }, (_, index) => BigInt(values[at + index] ?? 0));
      bytes.push(...varint((1 << 1) | 1), ...bitPack(group, width));
      at += 8;
    }
  }
  return bytes;
}

/** Little endian, with its length before it. */
export function sized(bytes: readonly number[]): number[] {
  return [...little(BigInt(bytes.length), 4), ...bytes];
}

export function little(value: bigint, width: number): number[] {
  return Array.from({ length: width }, (_, index) => Number((BigInt.asUintN(width * 8, value) >> BigInt(8 * index)) & 255n));
}

/** DELTA_BINARY_PACKED in blocks of 128 by four. */
export function delta(values: readonly bigint[], bits: 32 | 64): number[] {
  const zigzag = (value: bigint) => varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
  const bytes = [...varint(128), ...varint(4), ...varint(values.length), ...zigzag(values[0] ?? 0n)];
  for (let at = 1; at < values.length; at += 128) {
    const deltas = Array.from({ length: Math.min(128, values.length - at) }, (_, index) =>
      BigInt.asIntN(bits, (values[at + index] as bigint) - (values[at + index - 1] as bigint)),
    );
    const [least = 0n] = deltas.toSorted((a, b) => Number(a > b) - Number(a < b));
    const rest = deltas.map((value) => BigInt.asUintN(bits, value - least));
    bytes.push(...zigzag(least));
    const parts = [0, 32, 64, 96].map((from) => rest.slice(from, from + 32)).map((part) => [...part, ...Array(32 - part.length).fill(0n)]);
    const widths = parts.map((part) => Math.max(...part.map((value) => value.toString(2).replace(/^0$/, "").length)));
    bytes.push(...widths);
    for (const [index, part] of parts.entries()) if (index * 32 < rest.length) bytes.push(...bitPack(part, widths[index] as number));
  }
  return bytes;
}

export function deltaLengths(values: readonly Uint8Array[]): number[] {
  return [
    ...delta(
      values.map(({ length }) => BigInt(length)),
      32,
    ),
    ...values.flatMap((value) => [...value]),
  ];
}

export function deltaStrings(values: readonly Uint8Array[]): number[] {
  const shared = values.map((value, index) => {
    const before = values[index - 1] ?? new Uint8Array(0);
    let count = 0;
    while (count < value.length && count < before.length && value[count] === before[count]) count += 1;
    return count;
  });
  return [...delta(shared.map(BigInt), 32), ...deltaLengths(values.map((value, index) => value.subarray(shared[index])))];
}

export function byteStreamSplit(bytes: Uint8Array, width: number): number[] {
  const count = bytes.length / width;
  return Array.from({ length: bytes.length }, (_, at) => bytes[(at % count) * width + Math.floor(at / count)] as number);
}

export function plainBytes(values: readonly Uint8Array[]): number[] {
  return values.flatMap((value) => sized([...value]));
}
