import { raceAbort, sondeError } from "@sonde/core/bytes";
import { type Dataset, type Hdf5File, openHdf5 } from "@sonde/hdf5";
import type { AssetArray, AssetContext, AssetReadOptions } from "../handlers/types.js";
import { type Box, boxOf, sizeOf } from "./box.js";

/** Sequences open a file for each frame: no more than so many stay open. */
const mostOpen = 4;
const mostDescribed = 64;

/** The HDF5 files of one resource, opened when they are first asked for. */
export interface Hdf5Files {
  /** By the name of {@link AssetContext.open}: undefined is the resource's own file. */
  file(name: string | undefined, options: { readonly signal: AbortSignal }): Promise<Hdf5File>;
  dataset(name: string | undefined, path: string, options: { readonly signal: AbortSignal }): Promise<Dataset>;
  /** Forgets an open file: what its writer has added since is seen by the next. */
  reopen(name: string | undefined): Promise<void>;
  close(): Promise<void>;
}

export function hdf5Files(context: AssetContext): Hdf5Files {
  const opened = new Map<string | undefined, Promise<Hdf5File>>();
  /** What is known of datasets, by the file that is open: asking HDF5 again for each frame takes longer than reading it. */
  const described = new WeakMap<Hdf5File, Map<string, Dataset>>();
  const never = new AbortController().signal;

  const open = (name: string | undefined): Promise<Hdf5File> => {
    const known = opened.get(name);
    if (known !== undefined) return known;
    // Several may wait for it, so that no one's signal ends the opening.
    const opening = context.open(name, { signal: never }).then((source) => openHdf5(source));
    opened.set(name, opening);
    opening.catch(() => opened.get(name) === opening && opened.delete(name));
    for (const [oldest] of opened) {
      if (opened.size <= mostOpen) break;
      void reopen(oldest);
    }
    return opening;
  };
  const reopen = async (name: string | undefined): Promise<void> => {
    const opening = opened.get(name);
    opened.delete(name);
    // A file that did not open has said so to who asked for it.
    await opening?.then((file) => file.close()).catch(() => {});
  };

  return {
    file: (name, { signal }) => raceAbort(open(name), signal),
    async dataset(name, path, { signal }) {
      const file = await raceAbort(open(name), signal);
      const known = described.get(file) ?? new Map<string, Dataset>();
      described.set(file, known);
      const dataset = known.get(path) ?? (await file.dataset(path, { signal }));
      if (known.size < mostDescribed) known.set(path, dataset);
      return dataset;
    },
    reopen,
    async close() {
      await Promise.all([...opened.keys()].map(reopen));
    },
  };
}

/** A box of a dataset. Rejects `unsupported` for one that holds no numbers or has no shape. */
export async function readDataset(dataset: Dataset, box: Box, { signal }: { readonly signal: AbortSignal }): Promise<AssetArray> {
  const [rows, ...columns] = box;
  const data = await dataset.read({ ...(rows !== undefined && { rows, columns }), signal });
  return { shape: sizeOf(box), data };
}

export function shapeOf(dataset: Dataset, key: string): readonly number[] {
  if (dataset.shape !== null) return dataset.shape;
  throw sondeError("format", `${key}: ${dataset.path} has no values: was the file ever written?`, { key });
}

/**
 * Rows `start <= row < end` of a dataset, of which `slice` cuts a part. A dataset that is shorter is looked at again, since its writer may
 * have gone on; after that rejects `format` where none of the rows is there, and gives those that are.
 */
export async function readRows(
  files: Hdf5Files,
  dataset: { readonly name: string | undefined; readonly path: string },
  rows: { readonly start: number; readonly end: number },
  key: string,
  options: AssetReadOptions,
): Promise<AssetArray> {
  let found = await files.dataset(dataset.name, dataset.path, options);
  if ((shapeOf(found, key)[0] ?? 0) < rows.end) {
    await files.reopen(dataset.name);
    found = await files.dataset(dataset.name, dataset.path, options);
  }
  const [length, ...frame] = shapeOf(found, key);
  if (length === undefined || length <= rows.start) {
    throw sondeError(
      "format",
      `${key}: frames ${rows.start} to ${rows.end} of ${dataset.path} were asked, it has ${length ?? "none"}: the detector wrote fewer than the documents say`,
      {
        key,
      },
    );
  }
  const count = Math.min(length, rows.end) - rows.start;
  const [first = { start: 0, end: count }, ...inner] = boxOf([count, ...frame], options.slice, key);
  const box = [{ start: rows.start + first.start, end: rows.start + first.end }, ...inner];
  return { ...(await readDataset(found, box, options)), shape: sizeOf([first, ...inner]) };
}
