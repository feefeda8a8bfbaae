import { type Limiter, sondeError } from "@sonde/core/bytes";
import type { AssetArray, AssetReadOptions } from "../handlers/types.js";
import { boxOf, product } from "./box.js";

/** Reads one of several arrays that are to be put together. */
type ReadOne<T> = (item: T, options: AssetReadOptions) => Promise<AssetArray>;

/**
 * Arrays of one shape as one array with a first dimension more; only those and only the parts that the slice asks for are read.
 * Rejects `format` where one differs in shape or type from the first.
 */
export async function stack<T>(
  items: readonly T[],
  read: ReadOne<T>,
  what: string,
  limiter: Limiter,
  { signal, slice }: AssetReadOptions,
): Promise<AssetArray> {
  const [first, ...inner] = slice ?? [];
  const [chosen = { start: 0, end: items.length }] = boxOf([items.length], first && [first], what);
  const options: AssetReadOptions = { signal, ...(inner.length > 0 && { slice: inner }) };
  const count = chosen.end - chosen.start;
  const [head, ...rest] = items.slice(chosen.start, chosen.end);
  if (head === undefined) {
    const [any] = items;
    // The shape is that of any of them; without one nobody knows it.
    const shape = any === undefined ? [] : (await read(any, options)).shape;
    return { shape: [0, ...shape], data: new Uint8Array(0) };
  }
  const one = await read(head, options);
  if (rest.length === 0) return { shape: [1, ...one.shape], data: one.data };
  const each = product(one.shape);
  limiter.bytes(each * one.data.BYTES_PER_ELEMENT * count, what);
  const data = sameKind(one.data, each * count);
  put(data, one.data, 0);
  for (const [k, item] of rest.entries()) {
    const next = await read(item, options);
    if (String(next.shape) !== String(one.shape) || next.data.constructor !== one.data.constructor) {
      throw sondeError(
        "format",
        `${what}: part ${k + 1} is (${next.shape.join(", ")}) of ${next.data.constructor.name}, the first is (${one.shape.join(", ")}) of ${one.data.constructor.name}`,
        { key: what },
      );
    }
    put(data, next.data, (k + 1) * each);
  }
  return { shape: [count, ...one.shape], data };
}

/** Arrays one after the other along their first dimension: `lengths` says how many rows each has, so that none is read for nothing. */
export async function concatenate<T>(
  parts: readonly { readonly item: T; readonly rows: number }[],
  read: ReadOne<T>,
  what: string,
  limiter: Limiter,
  { signal, slice }: AssetReadOptions,
): Promise<AssetArray> {
  const total = parts.reduce((sum, { rows }) => sum + rows, 0);
  const [first, ...inner] = slice ?? [];
  const [chosen = { start: 0, end: total }] = boxOf([total], first && [first], what);
  const pieces: { readonly item: T; readonly range: readonly [number, number] }[] = [];
  let start = 0;
  for (const { item, rows } of parts) {
    const range = [Math.max(0, chosen.start - start), Math.min(rows, chosen.end - start)] as const;
    if (range[0] < range[1]) pieces.push({ item, range });
    start += rows;
  }
  const [only, ...others] = pieces;
  const [any] = parts;
  if (only === undefined) {
    if (any === undefined) return { shape: [0], data: new Uint8Array(0) };
    return read(any.item, { signal, slice: [[0, 0], ...inner] });
  }
  if (others.length === 0) return read(only.item, { signal, slice: [only.range, ...inner] });
  let data: AssetArray["data"] | undefined;
  let frame: readonly number[] = [];
  let at = 0;
  for (const { item, range } of pieces) {
    const next = await read(item, { signal, slice: [range, ...inner] });
    frame = next.shape.slice(1);
    const length = (chosen.end - chosen.start) * product(frame);
    limiter.bytes(data === undefined ? length * next.data.BYTES_PER_ELEMENT : 0, what);
    data ??= sameKind(next.data, length);
    if (next.data.constructor !== data.constructor || at + next.data.length > data.length) {
      throw sondeError("format", `${what}: its files hold arrays of different types or shapes`, { key: what });
    }
    put(data, next.data, at);
    at += next.data.length;
  }
  return { shape: [chosen.end - chosen.start, ...frame], data: data ?? new Uint8Array(0) };
}

function sameKind(data: AssetArray["data"], length: number): AssetArray["data"] {
  // Typed arrays of one kind are made by its constructor.
  return new (data.constructor as { new (length: number): AssetArray["data"] })(length);
}

function put(target: AssetArray["data"], values: AssetArray["data"], at: number): void {
  // Of one kind, as was checked.
  (target as Uint8Array).set(values as Uint8Array, at);
}
