import * as h5wasm from "h5wasm";

/** What HDF5 itself finds in a file: every object by path, with raw bytes. */
export type Found = Map<string, FoundObject>;
export type FoundObject = { readonly attributes: Map<string, FoundAttribute>; readonly data?: FoundData };
export type FoundAttribute = {
  readonly size: number;
  readonly shape: readonly number[] | null;
  readonly bytes: Uint8Array;
  readonly ascii: boolean;
};
export type FoundData = {
  readonly size: number;
  readonly shape: readonly number[];
  readonly maxShape: readonly (number | null)[] | null;
  readonly bytes: Uint8Array;
};

let files = 0;

/** Opens the bytes by h5wasm and reads all of it; throws whatever HDF5 says against it. */
export async function readAll(bytes: Uint8Array): Promise<Found> {
  const module = await h5wasm.ready;
  module.activate_throwing_error_handler();
  const path = `/written-${files++}.h5`;
  module.FS.writeFile(path, bytes);
  const id = module.open(path, module.H5F_ACC_RDONLY, false, module.H5F_LIBVER_EARLIEST, module.H5F_LIBVER_LATEST);
  try {
    if (id <= 0n) throw new Error(`HDF5 does not open ${path}`);
    const found: Found = new Map();
    visit(module, id, "/", found);
    return found;
  } finally {
    if (id > 0n) module.close_file(id);
    module.FS.unlink(path);
  }
}

type Module = Awaited<typeof h5wasm.ready>;

function visit(module: Module, id: bigint, path: string, found: Found): void {
  const attributes = new Map(module.get_attribute_names(id, path).map((name) => [name, readAttribute(module, id, path, name)]));
  if (module.get_type(id, path) !== module.H5G_GROUP) {
    found.set(path, { attributes, data: readData(module, id, path) });
    return;
  }
  found.set(path, { attributes });
  for (const name of module.get_names(id, path, false)) visit(module, id, path === "/" ? `/${name}` : `${path}/${name}`, found);
}

function readAttribute(module: Module, id: bigint, path: string, name: string): FoundAttribute {
  const { size, total_size, shape, cset } = module.get_attribute_metadata(id, path, name);
  const bytes =
    shape === null ? new Uint8Array(0) : read(module, size * total_size, (pointer) => module.get_attribute_data(id, path, name, pointer));
  return { size, shape, bytes, ascii: cset === 0 };
}

function readData(module: Module, id: bigint, path: string): FoundData {
  const { size, total_size, shape, maxshape } = module.get_dataset_metadata(id, path);
  const bytes = read(module, size * total_size, (pointer) => module.get_dataset_data(id, path, null, null, null, pointer));
  return { size, shape: shape ?? [], maxShape: maxshape?.map((side) => (side > Number.MAX_SAFE_INTEGER ? null : side)) ?? null, bytes };
}

function read(module: Module, length: number, fill: (pointer: bigint) => number): Uint8Array {
  if (length === 0) return new Uint8Array(0);
  const pointer = module._malloc(length);
  try {
    if (fill(BigInt(pointer)) < 0) throw new Error("HDF5 could not read");
    return module.HEAPU8.slice(Number(pointer), Number(pointer) + length);
  } finally {
    module._free(pointer);
  }
}
