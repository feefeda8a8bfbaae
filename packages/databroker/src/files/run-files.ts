import type { ByteSource } from "@sonde/core/bytes";
import { type BytesInput, openBytes, sondeError } from "@sonde/core/bytes";
import { files as fileSystem } from "#platform";
import type { Waiting } from "../catalog/types.js";
import { readPackCatalog, splitGlob } from "./pack.js";

/** A file that may hold a run. */
export type RunFile = {
  readonly name: string;
  /** Changes with the content. */
  readonly version: string;
  readonly size?: number | undefined;
  open(options: Waiting): Promise<ByteSource>;
};

/** Where files of runs are. */
export interface RunFiles {
  readonly name: string;
  /** In order of their names. */
  list(options: Waiting): Promise<readonly RunFile[]>;
  /** Of a pack: where roots of resources lie, absolute. */
  readonly rootMap: ReadonlyMap<string, string>;
  /** The folder that new runs are written to; undefined where there is none. */
  readonly folder?: string | undefined;
}

const runFile = /\.(msgpack|jsonl|json)$/i;
/** Names that a folder of runs has besides runs. */
const catalogFile = /^catalog\.ya?ml$/i;

/** What a path, URL or set of files is: a folder of runs, a databroker-pack, or files themselves. */
export async function runFilesOf(input: BytesInput | readonly BytesInput[], options: Waiting): Promise<RunFiles> {
  if (Array.isArray(input)) return givenFiles(input);
  // `Array.isArray` does not narrow readonly arrays.
  const one = input as BytesInput;
  if (typeof one !== "string" && !(one instanceof URL)) return givenFiles([one]);
  if (/^https?:/i.test(String(one))) return givenFiles([one]);
  const kind = await fileSystem.kindOf(one);
  if (kind === "none") throw sondeError("not-found", `there is no file or folder ${String(one)}`, { id: String(one) });
  if (kind === "file") return /\.ya?ml$/i.test(String(one)) ? packFiles(one, options) : oneFile(one);
  const [catalog] = await fileSystem.list(one, (name) => catalogFile.test(name), options);
  if (catalog !== undefined) return packFiles(catalog.path, options);
  return folderFiles(one);
}

function folderFiles(folder: string | URL): RunFiles {
  return {
    name: String(folder),
    rootMap: new Map(),
    folder: fileSystem.resolve(folder, "."),
    list: (options) => listed(folder, (name) => runFile.test(name), options),
  };
}

async function listed(folder: string | URL, test: (name: string) => boolean, options: Waiting): Promise<readonly RunFile[]> {
  const found = await fileSystem.list(folder, test, options);
  return found.map(({ name, version, size, path }) => ({ name, version, size, open: ({ signal }) => openBytes(path, { signal }) }));
}

function oneFile(path: string | URL): RunFiles {
  const folder = fileSystem.folderOf(path);
  const name = fileSystem.resolve(path, ".").split(/[\\/]/).at(-1) ?? String(path);
  return { name: String(path), rootMap: new Map(), list: (options) => listed(folder, (candidate) => candidate === name, options) };
}

async function packFiles(path: string | URL, { signal }: Waiting): Promise<RunFiles> {
  const source = await openBytes(path, { signal });
  let catalog: ReturnType<typeof readPackCatalog>;
  try {
    const size = await source.size({ signal });
    const bytes = await source.read({ start: 0, end: Math.min(size, 2 ** 20) }, { signal });
    catalog = readPackCatalog(new TextDecoder().decode(bytes), source.name);
  } finally {
    await source.close();
  }
  const folder = fileSystem.folderOf(path);
  const globs = catalog.globs.map((glob) => ({ ...splitGlob(glob), glob }));
  return {
    name: String(path),
    rootMap: new Map([...catalog.rootMap].map(([root, target]) => [root, fileSystem.resolve(folder, target)])),
    async list(options) {
      const found = await Promise.all(
        globs.map((glob) => {
          const test = (name: string) => runFile.test(name) && glob.matches(name);
          return listed(fileSystem.resolve(folder, glob.folder), test, options);
        }),
      );
      return found.flat();
    },
  };
}

/** Files that were opened elsewhere: of a file input, of URLs. */
function givenFiles(inputs: readonly BytesInput[]): RunFiles {
  const given = inputs.map(
    (input, index): RunFile => ({ name: nameOf(input, index), version: "given", open: ({ signal }) => openBytes(input, { signal }) }),
  );
  return { name: given.map(({ name }) => name).join(", "), rootMap: new Map(), list: async () => given };
}

function nameOf(input: BytesInput, index: number): string {
  if (typeof input === "string" || input instanceof URL) return String(input).replace(/[?#].*$/, "");
  if (input instanceof Blob) return "name" in input ? String(input.name) : `blob ${index}`;
  return "read" in input ? input.name : `bytes ${index}`;
}
