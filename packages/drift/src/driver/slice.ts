import { sondeError } from "@sonde/core";
import type { NdArray } from "@sonde/core/connector";

/** The elements inside of half-open ranges, one a dimension, which are cut at the sides; those that are missing take all. */
export function sliced(array: NdArray & { readonly data: Float32Array }, slice: readonly (readonly [number, number])[]): NdArray {
  const { shape, data } = array;
  const bounds = shape.map((side, dimension): [number, number] => {
    const [start, end] = slice[dimension] ?? [0, side];
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0) {
      throw sondeError("options", `slice [${start}, ${end}) of '${array.ref}' is no range of whole numbers from 0 on`, {});
    }
    return [Math.min(start, side), Math.max(Math.min(start, side), Math.min(end, side))];
  });
  let offsets = [0];
  for (const [dimension, [start, end]] of bounds.entries()) {
    // One for each dimension.
    const side = shape[dimension] as number;
    offsets = offsets.flatMap((offset) => Array.from({ length: end - start }, (_, index) => offset * side + start + index));
  }
  return { ...array, shape: bounds.map(([start, end]) => end - start), data: Float32Array.from(offsets, (offset) => data[offset] ?? 0) };
}
