import { sondeError } from "@sonde/core/bytes";
import type { AssetArray } from "../handlers/types.js";

/** Half open. */
export type Extent = { readonly start: number; readonly end: number };
/** One extent a dimension. */
export type Box = readonly Extent[];
export type Values = AssetArray["data"];

/**
 * The box that a slice cuts out of a shape; dimensions that it does not name are whole. Rejects `options` for what does not lie inside:
 * nothing is clipped, for a caller that asks for more than there is has the wrong shape in mind.
 */
export function boxOf(shape: readonly number[], slice: readonly (readonly [number, number])[] | undefined, what: string): Box {
  if (slice !== undefined && slice.length > shape.length) {
    throw refused(`${what} has ${shape.length} dimensions (${shape.join(", ")}), ${slice.length} were sliced`);
  }
  return shape.map((length, dimension) => {
    const [start, end] = slice?.[dimension] ?? [0, length];
    if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end && end <= length) return { start, end };
    throw refused(`${start} to ${end} does not lie in dimension ${dimension} of ${what}, which has ${length}`);
  });
}

export const sizeOf = (box: Box): readonly number[] => box.map(({ start, end }) => end - start);
export const product = (lengths: readonly number[]): number => lengths.reduce((all, length) => all * length, 1);

/** The values of a box, row-major: the same array where the box is the whole of it, else a copy. */
export function crop<V extends Values | Uint8Array>(values: V, shape: readonly number[], box: Box): V {
  // The last dimension that is cut, and those after it, lie together.
  let inner = shape.length;
  while (inner > 0 && isWhole(box[inner - 1], shape[inner - 1])) inner -= 1;
  if (inner === 0) return values;
  const cut = box[inner - 1] ?? { start: 0, end: 1 };
  const unit = product(shape.slice(inner));
  const run = (cut.end - cut.start) * unit;
  const outer = box.slice(0, inner - 1);
  // `slice` of the same array gives one of its own kind.
  const result = values.slice(0, product(sizeOf(box))) as V;
  let at = 0;
  const copy = (dimension: number, offset: number): void => {
    const extent = outer[dimension];
    if (extent === undefined) {
      const from = offset * (shape[dimension] ?? 1) * unit + cut.start * unit;
      // Both are of one kind, which TypeScript can't see through the union.
      (result as Uint8Array).set(values.subarray(from, from + run) as Uint8Array, at);
      at += run;
      return;
    }
    for (let index = extent.start; index < extent.end; index++) copy(dimension + 1, offset * (shape[dimension] ?? 1) + index);
  };
  if (result.length > 0) copy(0, 0);
  return result;
}

function isWhole(extent: Extent | undefined, length: number | undefined): boolean {
  return extent !== undefined && extent.start === 0 && extent.end === length;
}

function refused(message: string) {
  return sondeError("options", `${message}: slices are half open and inside the shape`, { issues: [{ path: "slice", message }] });
}
