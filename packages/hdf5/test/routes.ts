import { type ByteSource, isSondeError } from "@sonde/core/bytes";
import * as h5wasm from "h5wasm";
import { expect } from "vitest";
import type { Dataset, Hdf5File } from "../src/index.js";
import { openRouted } from "../src/open.js";

export type Routes = { direct: number; hdf5: number };

/** All by HDF5. */
export const throughHdf5 = (input: string | ByteSource): Promise<Hdf5File> => openRouted(input, {}, () => undefined);

/** Without HDF5 wherever that can be, however little is read; counts what went which way. */
export const direct = (input: string | ByteSource, routes: Routes = { direct: 0, hdf5: 0 }): Promise<Hdf5File> =>
  openRouted(input, {}, (reader) => ({
    reader: { ...reader, smallest: 0 },
    watch: (route) => {
      routes[route]++;
    },
  }));

/** Values as they are, or the code and path of the error. */
export async function outcomeOf(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return { value: await work() };
  } catch (error) {
    if (!isSondeError(error)) throw error;
    return { code: error.code };
  }
}

/** Every way of reading all of a dataset. */
export async function allOf(dataset: Dataset): Promise<unknown> {
  if (dataset.type.kind === "compound" && dataset.shape?.length === 1) {
    const blocks: unknown[] = [];
    for await (const block of dataset.fieldBlocks({ blockRows: 7 + Math.floor((dataset.shape[0] ?? 0) / 9) })) blocks.push(block);
    return [await dataset.fields(), await dataset.bytes(), blocks];
  }
  if (dataset.type.kind === "string") return dataset.strings();
  if (dataset.type.kind === "compound") return dataset.bytes();
  return dataset.read();
}

/** Reads all datasets of both files, which are one, and expects the same; resolves how many were compared. */
export async function compareFiles(one: Hdf5File, other: Hdf5File): Promise<number> {
  let compared = 0;
  for await (const { kind, path } of one.walk()) {
    if (kind !== "dataset") continue;
    const read = (file: Hdf5File) => outcomeOf(async () => allOf(await file.dataset(path)));
    expect(await read(one), path).toEqual(await read(other));
    compared++;
  }
  return compared;
}

let files = 0;

/** A file with one dataset of 2-byte integers in chunks of any sides, written by HDF5. */
export async function chunkedFile(shape: readonly number[], chunks: readonly number[] | undefined): Promise<Uint8Array> {
  const { FS } = await h5wasm.ready;
  const path = `/direct-${files++}.h5`;
  const file = new h5wasm.File(path, "w");
  const data = Int16Array.from({ length: shape.reduce((product, length) => product * length, 1) }, (_, k) => (k * 31) ^ (k >> 5));
  file.create_dataset({ name: "data", data, shape: [...shape], dtype: "<h", ...(chunks === undefined ? {} : { chunks: [...chunks] }) });
  file.close();
  const bytes = FS.readFile(path);
  FS.unlink(path);
  return bytes;
}
