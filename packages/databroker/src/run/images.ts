import type { CallOptions, NdArray } from "@sonde/core";
import { sondeError } from "@sonde/core/bytes";
import { many } from "@sonde/core/connector";
import type { AssetArray } from "../handlers/types.js";
import { waiting } from "../waiting.js";
import type { EventArrays } from "./event-arrays.js";
import type { Images } from "./types.js";

type Layout = {
  readonly arrays: EventArrays;
  /** In each event's array. */
  readonly perEvent: number;
  readonly shape: readonly number[];
  /** The last event's array as it was read first, for who asks for that frame next. */
};

/**
 * The frames of a field over all events. An event's array of two dimensions is one frame, and so is one of three whose last is a colour (3 or 4);
 * otherwise the leading dimensions count frames. All events are taken to have as many as the first; one that has not rejects `format` when it is read.
 */
export function imagesOf(field: string, open: (options: { readonly signal: AbortSignal }) => Promise<EventArrays>): Images {
  let layout: Promise<Layout> | undefined;
  const lay = async (options: CallOptions | undefined): Promise<Layout> => {
    const { signal } = waiting(options);
    signal.throwIfAborted();
    layout ??= measure({ signal });
    const running = layout;
    try {
      return await running;
    } catch (error) {
      // What failed or was aborted is tried again.
      if (layout === running) layout = undefined;
      throw error;
    }
  };
  const measure = async (options: { readonly signal: AbortSignal }): Promise<Layout> => {
    const arrays = await open(options);
    if (arrays.rows.length === 0) return { arrays, perEvent: 1, shape: [] };
    const first = await arrays.read(0, options);
    await arrays.close();
    return { arrays, ...split(first.shape) };
  };
  const lengthOf = ({ arrays, perEvent }: Layout): number => arrays.rows.length * perEvent;

  const frame = async (index: number, { arrays, perEvent, shape }: Layout, signal: AbortSignal): Promise<NdArray> => {
    const event = Math.floor(index / perEvent);
    const part = index % perEvent;
    const whole: [number, number][] = shape.map((side) => [0, side]);
    const array = await arrays.read(event, perEvent === 1 ? { signal } : { signal, slice: [[part, part + 1], ...whole] });
    const row = arrays.rows[event];
    if (row === undefined) throw outside(field, index, lengthOf({ arrays, perEvent, shape }));
    return frameOf(array, shape, field, row.time, perEvent === 1 ? String(row.seqNum) : `${row.seqNum}/${part}`);
  };
  async function* frames(from: number, to: number | undefined): AsyncGenerator<NdArray, void, undefined> {
    const options = waiting(undefined);
    const laid = await lay(options);
    const length = lengthOf(laid);
    const [start, end] = [bound(from, length), bound(to ?? length, length)];
    try {
      for (let index = start; index < end; index++) yield await frame(index, laid, options.signal);
    } finally {
      await laid.arrays.close();
    }
  }

  return {
    field,
    length: async (options) => lengthOf(await lay(options)),
    shape: async (options) => (await lay(options)).shape,
    async at(index, options) {
      const laid = await lay(options);
      const length = lengthOf(laid);
      const place = index < 0 ? length + index : index;
      if (!Number.isSafeInteger(place) || place < 0 || place >= length) throw outside(field, index, length);
      try {
        return await frame(place, laid, waiting(options).signal);
      } finally {
        await laid.arrays.close();
      }
    },
    slice: (from = 0, to) => many(() => frames(from, to)),
    async first(options) {
      const laid = await lay(options);
      return lengthOf(laid) === 0 ? undefined : this.at(0, options);
    },
    async toArray(options) {
      const all: NdArray[] = [];
      const laid = await lay(options);
      for (let index = 0; index < lengthOf(laid); index++) all.push(await frame(index, laid, waiting(options).signal));
      await laid.arrays.close();
      return all;
    },
    [Symbol.asyncIterator]: () => frames(0, undefined),
  };
}

function split(shape: readonly number[]): { readonly perEvent: number; readonly shape: readonly number[] } {
  const last = shape.at(-1) ?? 0;
  const coloured = shape.length >= 3 && (last === 3 || last === 4) && (shape.at(-2) ?? 0) > 4;
  const inside = Math.min(shape.length, coloured ? 3 : 2);
  const leading = shape.slice(0, shape.length - inside);
  // Frames are counted along one dimension; more than one of them is left inside the frame.
  return leading.length === 1 ? { perEvent: leading[0] ?? 1, shape: shape.slice(1) } : { perEvent: 1, shape };
}

function frameOf(array: AssetArray, shape: readonly number[], field: string, time: bigint, ref: string): NdArray {
  const size = shape.reduce((product, side) => product * side, 1);
  if (array.data.length !== size) {
    throw sondeError("format", `frame ${ref} of '${field}' has the shape ${array.shape.join(" × ")}, the others ${shape.join(" × ")}`, {
      key: field,
    });
  }
  const dims = array.dims?.slice(array.shape.length - shape.length);
  return { time, ref, field, shape, level: 0, data: array.data, ...(dims === undefined || dims.length !== shape.length ? {} : { dims }) };
}

const bound = (index: number, length: number): number => Math.min(length, Math.max(0, index < 0 ? length + index : index));

function outside(field: string, index: number, length: number): Error {
  return sondeError("not-found", `'${field}' has no frame ${index}: it has ${length}`, { id: String(index) });
}
