import { sondeError } from "@sonde/core/bytes";
import { boxOf, product, sizeOf } from "../assets/box.js";
import { itemSize, valuesOf } from "../assets/typed-values.js";
import type { FrameSource } from "../catalog/types.js";
import type { AssetArray, AssetReadOptions } from "../handlers/types.js";
import type { Connection } from "./connection.js";
import { type ArrayStructure, parseArrayStructure, type TiledNode } from "./wire.js";

/** One answer; servers cap theirs at 300 MB. */
const largestAnswer = 32 * 2 ** 20;

/** An array that a server holds. */
export type TiledArray = {
  readonly path: readonly string[];
  readonly shape: readonly number[];
  /** NumPy's: "<u2". */
  readonly dtype: string;
  readonly dims: readonly string[] | undefined;
};

export function tiledArray(path: readonly string[], node: TiledNode): TiledArray {
  const structure = parseArrayStructure(node.attributes.structure, `the array ${path.join("/")}`);
  return { path, shape: structure.shape, dtype: dtypeOf(structure), dims: structure.dims ?? undefined };
}

function dtypeOf({ data_type: type }: ArrayStructure): string {
  if (!("kind" in type)) return "structured";
  const order = type.itemsize === 1 ? "|" : type.endianness === "big" ? ">" : type.endianness === "little" ? "<" : "|";
  return `${order}${String(type.kind)}${type.kind === "U" ? type.itemsize / 4 : type.itemsize}`;
}

/** A slice of an array, by as many requests as keep each answer below 32 MiB. Rejects `format` where the server sends another number of bytes. */
export async function readArray(connection: Connection, array: TiledArray, options: AssetReadOptions): Promise<AssetArray> {
  const { signal, slice } = options;
  const what = array.path.join("/");
  const width = itemSize(array.dtype);
  if (width === undefined) return { shape: [], data: valuesOf(array.dtype, new Uint8Array(0), what) };
  const box = boxOf(array.shape, slice, what);
  const size = sizeOf(box);
  const [rows, ...inner] = box;
  const rowBytes = product(sizeOf(inner)) * width;
  const total = product(size) * width;
  if (total > 2 ** 31) {
    throw sondeError("limit", `${what}: ${total} bytes were asked at once: read frames one by one, or a slice`, {
      what: "bytes of an array",
      asked: total,
      allowed: 2 ** 31,
    });
  }
  const dims = array.dims === undefined ? {} : { dims: array.dims };
  if (total === 0) return { shape: size, ...dims, data: valuesOf(array.dtype, new Uint8Array(0), what) };
  const request = (ranges: readonly { readonly start: number; readonly end: number }[], bytes: number): Promise<Uint8Array> => {
    const text = ranges.map(({ start, end }) => `${start}:${end}`).join(",");
    const parameters: [string, string][] = [["format", "application/octet-stream"]];
    if (text !== "") parameters.push(["slice", text]);
    return exactly(connection.bytes("/array/full/", array.path, parameters, { signal }), bytes, what);
  };
  if (rows === undefined || total <= largestAnswer)
    return { shape: size, ...dims, data: valuesOf(array.dtype, await request(box, total), what) };
  const all = new Uint8Array(total);
  const step = Math.max(1, Math.floor(largestAnswer / rowBytes));
  for (let start = rows.start; start < rows.end; start += step) {
    const end = Math.min(rows.end, start + step);
    all.set(await request([{ start, end }, ...inner], (end - start) * rowBytes), (start - rows.start) * rowBytes);
  }
  return { shape: size, ...dims, data: valuesOf(array.dtype, all, what) };
}

async function exactly(reading: Promise<Uint8Array>, length: number, what: string): Promise<Uint8Array> {
  const bytes = await reading;
  if (bytes.length === length) return bytes;
  throw sondeError(
    "format",
    `${what}: ${length} bytes were asked, the server sent ${bytes.length}: it says another shape or type than it has`,
    { key: what },
  );
}

/**
 * The frames of an array whose first dimension runs along the events: images of two sides, or of three with the colours last, in the order in
 * which they were taken. An event with several frames has several.
 */
export function framesOf(connection: Connection, array: TiledArray, eventShape: readonly (number | null)[] | undefined): FrameSource {
  const { shape } = array;
  // By the descriptor where it knows the sides of one event, else by the array itself.
  const sides = eventShape !== undefined && eventShape.length > 0 ? eventShape.length : shape.length - 1;
  const [width = 0, channels = 0] = shape.slice(-2);
  const coloured = sides === 3 && shape.length >= 3 && (channels === 3 || channels === 4) && width > 4;
  const frameSides = Math.min(shape.length - 1, coloured ? 3 : Math.min(2, Math.max(1, sides)));
  const leading = shape.slice(0, Math.max(1, shape.length - frameSides));
  const frame = shape.slice(leading.length);
  const perEvent = product(leading.slice(1));
  const length = product(leading);
  return {
    length,
    shape: frame,
    ...(array.dims !== undefined && { dims: array.dims.slice(leading.length) }),
    async read(start, end, { signal, slice }) {
      const [chosen, ...inner] = boxOf([end - start, ...frame], slice, array.path.join("/"));
      const from = start + (chosen?.start ?? 0);
      const to = start + (chosen?.end ?? 0);
      const cut = inner.map(({ start: a, end: b }) => [a, b] as const);
      const frameShape = sizeOf(inner);
      if (leading.length === 1) return readArray(connection, array, { signal, slice: [[from, to], ...cut] });
      // Whole events are asked for, unless all that is wanted lies in one.
      const first = Math.floor(from / perEvent);
      const last = Math.max(first + 1, Math.ceil(to / perEvent));
      const one = last - first === 1 && leading.length === 2;
      const inside = one ? [[from - first * perEvent, to - first * perEvent] as const] : leading.slice(1).map((side) => [0, side] as const);
      const { data } = await readArray(connection, array, { signal, slice: [[first, last], ...inside, ...cut] });
      const each = product(frameShape);
      const skipped = one ? 0 : (from - first * perEvent) * each;
      return { shape: [to - from, ...frameShape], data: data.subarray(skipped, skipped + (to - from) * each) };
    },
  };
}

/** A node's array, where it has one. */
export async function findArray(
  find: (path: readonly string[]) => Promise<TiledNode | undefined>,
  paths: readonly (readonly string[])[],
): Promise<TiledArray | undefined> {
  for (const path of paths) {
    const node = await find(path);
    if (node?.attributes.structure_family === "array") return tiledArray(path, node);
  }
  return undefined;
}
