/** A value in Thrift's compact protocol, with its type. */
export type Thrift = { readonly type: number; readonly bytes: readonly number[] };

function varint(value: bigint): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt.asUintN(64, value); ; rest >>= 7n) {
    if (rest < 128n) return [...bytes, Number(rest)];
    bytes.push(Number(rest & 127n) | 128);
  }
}
const zigzag = (value: bigint) => varint((value << 1n) ^ (value >> 63n));

export const i32 = (value: number): Thrift => ({ type: 5, bytes: zigzag(BigInt(value)) });
export const i64 = (value: number | bigint): Thrift => ({ type: 6, bytes: zigzag(BigInt(value)) });
export const bool = (value: boolean): Thrift => ({ type: value ? 1 : 2, bytes: [] });
export const binary = (value: string | Uint8Array): Thrift => {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  return { type: 8, bytes: [...varint(BigInt(bytes.length)), ...bytes] };
};
export const list = (items: readonly Thrift[], type = items[0]?.type ?? 12): Thrift => ({
  type: 9,
  bytes: [
    ...(items.length < 15 ? [(items.length << 4) | type] : [0xf0 | type, ...varint(BigInt(items.length))]),
    ...items.flatMap(({ bytes }) => bytes),
  ],
});
/** Fields by id; those that are undefined are left out. */
export function struct(fields: { readonly [id: number]: Thrift | undefined }): Thrift {
  let last = 0;
  const bytes: number[] = [];
  for (const [key, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const id = Number(key);
    bytes.push(((id - last) << 4) | value.type, ...value.bytes);
    last = id;
  }
  return { type: 12, bytes: [...bytes, 0] };
}
