/** Files of one NumPy array. Source: NumPy, `numpy.lib.format`, versions 1.0 to 3.0. */

import { type ByteSource, type Limiter, sondeError } from "@sonde/core/bytes";
import type { AssetArray, AssetReadOptions } from "../handlers/types.js";
import { type Box, boxOf, crop, product, sizeOf } from "./box.js";
import { parseNpyHeader } from "./npy-header.js";
import { itemSize, valuesOf } from "./typed-values.js";

/** More than any array of numbers needs: NumPy refuses headers past 10,000 bytes itself. */
const longestHeader = 65_536;

/**
 * The array of a `.npy` file, or a slice of it: of the first dimension only the rows that were asked for are read. Rejects `format` for
 * what is no such file or is cut short, `unsupported` for Python objects (a pickle, which is never run), text and structured types.
 */
export async function readNpy(source: ByteSource, limiter: Limiter, options: AssetReadOptions): Promise<AssetArray> {
  const { signal, slice } = options;
  const { name } = source;
  const size = await source.size({ signal });
  const start = await source.read({ start: 0, end: Math.min(12, size) }, { signal });
  const { headerStart, headerLength } = prefixOf(start, name);
  if (headerLength > longestHeader || headerStart + headerLength > size) {
    throw damaged(name, `its header has ${headerLength} bytes of ${size}`, 8);
  }
  const dataStart = headerStart + headerLength;
  const header = parseNpyHeader(await source.read({ start: headerStart, end: dataStart }, { signal }), name, headerStart);
  const width = itemSize(header.descr);
  // Says by name what it is not.
  if (width === undefined) return { shape: header.shape, data: valuesOf(header.descr, new Uint8Array(0), name) };
  const bytes = product(header.shape) * width;
  if (!(bytes <= size - dataStart)) {
    throw damaged(
      name,
      `shape (${header.shape.join(", ")}) of ${header.descr} takes ${bytes} bytes, ${size - dataStart} are there`,
      dataStart,
    );
  }
  const box = boxOf(header.shape, slice, name);
  const read = async (from: number, to: number): Promise<Uint8Array> => {
    limiter.bytes((to - from) * width, name);
    return source.read({ start: dataStart + from * width, end: dataStart + to * width }, { signal });
  };
  if (header.fortranOrder && header.shape.length > 1) {
    const stored = [...header.shape].reverse();
    const values = valuesOf(header.descr, await read(0, product(stored)), name);
    const cut = crop(values, stored, [...box].reverse());
    return { shape: sizeOf(box), data: transposed(cut, sizeOf(box)) };
  }
  const { rows, inner, innerBox } = leading(header.shape, box);
  const values = valuesOf(header.descr, await read(rows.start * product(inner), rows.end * product(inner)), name);
  return { shape: sizeOf(box), data: crop(values, [rows.end - rows.start, ...inner], innerBox) };
}

/** The rows of the first dimension that are read, and the box inside them. */
function leading(shape: readonly number[], box: Box) {
  const [first, ...rest] = box;
  if (first === undefined) return { rows: { start: 0, end: 1 }, inner: [], innerBox: [{ start: 0, end: 1 }] };
  return { rows: first, inner: shape.slice(1), innerBox: [{ start: 0, end: first.end - first.start }, ...rest] };
}

function prefixOf(bytes: Uint8Array, name: string): { readonly headerStart: number; readonly headerLength: number } {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 10 || magic.some((byte, k) => bytes[k] !== byte)) throw damaged(name, "it does not begin as a .npy file", 0);
  const [major, minor] = [bytes[6], bytes[7]];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (minor !== 0 || (major !== 1 && major !== 2 && major !== 3)) throw damaged(name, `version ${major}.${minor} is not known`, 6);
  if (major === 1) return { headerStart: 10, headerLength: view.getUint16(8, true) };
  if (bytes.length < 12) throw damaged(name, "it ends in its header", 8);
  return { headerStart: 12, headerLength: view.getUint32(8, true) };
}

/** Column-major values of a shape as row-major ones. */
function transposed<V extends AssetArray["data"]>(values: V, shape: readonly number[]): V {
  const result = values.slice() as V; // of its own kind
  // Strides of each dimension in the column-major order.
  const strides: number[] = [];
  let stride = 1;
  for (const length of shape) {
    strides.push(stride);
    stride *= length;
  }
  const index = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    const value = values[from];
    if (value !== undefined) result[to] = value;
    for (let dimension = shape.length - 1; dimension >= 0; dimension--) {
      const length = shape[dimension] ?? 1;
      const step = strides[dimension] ?? 0;
      const at = (index[dimension] ?? 0) + 1;
      from += step;
      if (at < length) {
        index[dimension] = at;
        break;
      }
      index[dimension] = 0;
      from -= step * length;
    }
  }
  return result;
}

function damaged(name: string, problem: string, offset: number) {
  return sondeError("format", `${name}: ${problem} at byte ${offset}: the file is damaged or no .npy file`, { key: name, offset });
}
