import { sondeError } from "@sonde/core/bytes";
import type { DatasetOptions } from "./model.js";

/** What a dataset's options come to. Sizes are in bytes. */
export type DatasetShape = {
  readonly rowBytes: number;
  /** Sides after the first. */
  readonly sides: readonly number[];
  readonly scalar: boolean;
  /** Rows it may have at most; undefined: without limit. */
  readonly mostRows: number | undefined;
  /** Rows of a chunk; undefined: the data lie in one piece. */
  readonly chunkRows: number | undefined;
};

/** HDF5's own limit. */
const mostDimensions = 32;
/** A chunk's size has 32 bits. */
const mostChunkBytes = 0xffff_ffff;

/** Checks what the caller asks for, and refuses with `options`, naming the path and the option. */
export function datasetShape(path: string, { type, shape, maxShape, chunks }: DatasetOptions): DatasetShape {
  const refuse = (what: string) => sondeError("options", `dataset ${path}: ${what}`, {});
  if (shape.length > mostDimensions) throw refuse(`shape has ${shape.length} dimensions, HDF5 allows ${mostDimensions}`);
  if (!shape.every((side) => Number.isSafeInteger(side) && side >= 0)) throw refuse(`shape [${shape}] must be whole numbers`);
  const [rows = 1, ...sides] = shape;
  const rowBytes = sides.reduce((product, side) => product * side, type.size);
  if (!Number.isSafeInteger(rowBytes) || rowBytes === 0) throw refuse(`a row of shape [${sides}] must hold bytes, fewer than 2^53`);

  if (chunks === undefined) {
    if (maxShape !== undefined) throw refuse("maxShape needs chunks, for what grows is stored in chunks");
    if (!Number.isSafeInteger(rows * rowBytes)) throw refuse(`shape [${shape}] asks for more bytes than 2^53`);
    return { rowBytes, sides, scalar: shape.length === 0, mostRows: rows, chunkRows: undefined };
  }
  const [chunkRows = 0, ...chunkSides] = chunks;
  if (shape.length === 0 || rows !== 0) throw refuse("a chunked dataset begins with 0 rows: give shape [0, …] and append them");
  if (!same(chunkSides, sides))
    throw refuse(`chunks [${chunks}] must be rows, then the sides of the shape [${sides}]: one chunk holds whole rows`);
  if (!Number.isSafeInteger(chunkRows) || chunkRows < 1 || chunkRows * rowBytes > mostChunkBytes)
    throw refuse(`chunks of ${chunkRows} rows of ${rowBytes} bytes: a chunk holds at least one row and less than 4 GiB`);
  const [mostRows = null, ...mostSides] = maxShape ?? [null, ...sides];
  if (!same(mostSides, sides)) throw refuse(`maxShape [${maxShape}] must equal the shape after the first dimension`);
  if (mostRows !== null && (!Number.isSafeInteger(mostRows) || mostRows < chunkRows))
    throw refuse(`maxShape allows ${mostRows} rows, but one chunk has ${chunkRows}: HDF5 wants no chunk larger than the dataset may grow`);
  return { rowBytes, sides, scalar: false, mostRows: mostRows ?? undefined, chunkRows };
}

const same = (a: readonly (number | null)[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((side, index) => side === b[index]);
