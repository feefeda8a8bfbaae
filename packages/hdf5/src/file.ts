import { sondeError } from "@sonde/core/bytes";
import { attributeOf, type RawAttribute } from "./attribute.js";
import { type DatasetFile, makeDataset } from "./dataset.js";
import { describe, type RawDataset } from "./description.js";
import { engine, type Session } from "./engine.js";
import { errorOf } from "./failure.js";
import type { ByteReader } from "./layout/byte-reader.js";
import type { DirectFile } from "./layout/direct.js";
import type { Limits } from "./limits.js";
import type { Child, Hdf5File } from "./types.js";

/** Deeper than any file made on purpose. */
const maxComponents = 256;

type RawChild = Child & { readonly address: number | undefined };

/** How bytes are read without HDF5, if at all. */
export type Direct = { readonly reader: ByteReader; readonly watch?: DirectFile["watch"] };

/** An open file over an open session; `release` closes what the bytes come from. */
export function makeFile(
  session: Session,
  byteSize: number,
  limits: Limits,
  direct: Direct | undefined,
  release: () => Promise<void>,
): Hdf5File {
  const { name } = session;
  const closer = new AbortController();
  let closing: Promise<void> | undefined;

  const run: DatasetFile["run"] = (call, path, args, signal) => {
    if (closing !== undefined) return Promise.reject(closed());
    return engine.run(session, { name: call, path, args, signal });
  };
  const closed = () => sondeError("closed", `${name} was closed: open it again`, { id: name });

  const children = async (path: string, signal: AbortSignal | undefined): Promise<readonly RawChild[]> => {
    // The worker answers `children` with these.
    return (await run("children", path, { maxObjects: limits.maxObjects }, signal)) as readonly RawChild[];
  };

  const attributes: Hdf5File["attributes"] = async (given, options) => {
    const path = pathOf(given, name);
    const args = { maxObjects: limits.maxObjects, maxAttributeBytes: limits.maxAttributeBytes, maxBytes: limits.maxReadBytes };
    // The worker answers `attributes` with these.
    const found = (await run("attributes", path, args, options?.signal)) as readonly RawAttribute[];
    return new Map(found.map((raw) => [raw.name, attributeOf(raw, name, path, limits.maxDepth)]));
  };
  const directFile: DirectFile | undefined = direct && {
    ...direct,
    closing: closer.signal,
    run,
    failed: (cause, path) =>
      errorOf({ kind: "source", message: cause instanceof Error ? cause.message : String(cause), cause }, name, path),
  };
  const datasetFile: DatasetFile = { name, byteSize, limits, run, attributes, direct: directFile };

  const file: Hdf5File = {
    name,
    byteSize,
    attributes,

    async children(given, options) {
      const found = await children(pathOf(given, name), options?.signal);
      return found.map(({ address: _address, ...child }) => child);
    },

    async dataset(given, options) {
      const path = pathOf(given, name);
      // The worker answers `dataset` with this.
      const raw = (await run("dataset", path, {}, options?.signal)) as RawDataset;
      return makeDataset(datasetFile, path, describe(raw, `${name}:${path}`, limits));
    },

    async *walk(given, options) {
      const root = pathOf(given, name);
      const visited = new Set([await run("address", root, {}, options?.signal)]);
      let objects = 0;
      // Depth first by a stack of what is left of each group: parents come before their children.
      const stack = [{ path: root, left: [...(await children(root, options?.signal))].reverse() }];
      for (let group = stack.at(-1); group !== undefined; group = stack.at(-1)) {
        const next = group.left.pop();
        if (next === undefined) {
          stack.pop();
          continue;
        }
        const { address, ...child } = next;
        // An object that was met before, through another hard link: a cycle, or a second name.
        if (address !== undefined && visited.has(address)) continue;
        if (address !== undefined) visited.add(address);
        if (++objects > limits.maxObjects) throw tooMany(name, "objects", objects, limits.maxObjects, "limits.maxObjects");
        const path = group.path === "/" ? `/${child.name}` : `${group.path}/${child.name}`;
        yield { ...child, path };
        if (child.kind !== "group") continue;
        if (stack.length >= limits.maxDepth) throw tooMany(name, "depth of groups", stack.length + 1, limits.maxDepth, "limits.maxDepth");
        stack.push({ path, left: [...(await children(path, options?.signal))].reverse() });
      }
    },

    close() {
      if (closing === undefined) {
        const error = closed();
        closing = engine.remove(session, error).then(release);
        closer.abort(error);
      }
      return closing;
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
  return file;
}

function tooMany(file: string, what: string, asked: number, allowed: number, option: string) {
  return sondeError("limit", `${file}: ${what} past ${allowed}: raise ${option} if you trust the file`, { what, asked, allowed, option });
}

/** `a//b/` is `/a/b`. A NUL would end the name inside HDF5. */
function pathOf(path: string | undefined, file: string): string {
  const parts = (path ?? "/").split("/").filter((part) => part !== "" && part !== ".");
  if (parts.length > maxComponents || path?.includes("\0")) {
    throw sondeError("not-found", `${file} has no object of such a path`, { id: `${file}:${path?.slice(0, 1000)}` });
  }
  return `/${parts.join("/")}`;
}
