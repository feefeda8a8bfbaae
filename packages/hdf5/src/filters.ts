/** Built into h5wasm; checked against files that use them. */
const builtIn = new Set([1, 2, 3, 4, 5, 6]);

/** The registered names of filters that are met in instruments' files, for the message. Source: HDF Group, registered filter plugins. */
const names: ReadonlyMap<number, string> = new Map([
  [1, "deflate"],
  [2, "shuffle"],
  [3, "fletcher32"],
  [4, "szip"],
  [5, "nbit"],
  [6, "scaleoffset"],
  [305, "lzo"],
  [307, "bzip2"],
  [32000, "lzf"],
  [32001, "blosc"],
  [32004, "lz4"],
  [32008, "bitshuffle"],
  [32013, "zfp"],
  [32015, "zstd"],
  [32017, "sz"],
  [32019, "jpeg"],
  [32026, "blosc2"],
]);

export type Filter = { readonly id: number; readonly name: string };

/** The file's own name for a filter may be empty, or anything. */
export const namedFilter = ({ id, name }: Filter): Filter => ({ id, name: names.get(id) ?? (name || "unknown") });
export const isBuiltIn = ({ id }: Filter): boolean => builtIn.has(id);
