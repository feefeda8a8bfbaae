import { fs } from "@sonde/object-store";
import { objectPackages } from "./objects.js";
import type { PackageStorage } from "./types.js";

export type FolderOptions = {
  /** For one package, in nanoseconds. */
  readonly timeout: bigint;
  /** The most that one package may take in memory. */
  readonly maxPackageBytes: number;
};

/** Packages that were exported, `<topic>/<ms>.dp`, as `drift-cli export raw` and `client.export` write them. */
export function folderPackages(
  folder: string | URL | FileSystemDirectoryHandle,
  { timeout, maxPackageBytes }: FolderOptions,
): PackageStorage {
  const store = fs(folder, { maxBytes: maxPackageBytes });
  return objectPackages(store, { name: `the folder ${store.name}`, timeout });
}
