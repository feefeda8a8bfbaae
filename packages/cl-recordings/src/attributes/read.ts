import type { CallOptions, Hdf5File } from "@sonde/hdf5";
import { type Attributes, attributesView } from "./view.js";

/**
 * Attributes of any group or dataset of a file that PyTables wrote: pickles as data, refused ones marked as blocked.
 * Those that PyTables keeps for itself are left out unless `all` asks for them.
 *
 * @example
 * ```ts
 * const attributes = await readAttributes(recording.file, "/data_stream/ball", { all: true });
 * ```
 */
export async function readAttributes(
  file: Hdf5File,
  path = "/",
  options: CallOptions & { readonly all?: boolean | undefined } = {},
): Promise<Attributes> {
  return attributesView(await file.attributes(path, { signal: options.signal }), {
    owner: path === "/" ? file.name : path,
    all: options.all ?? false,
  });
}
