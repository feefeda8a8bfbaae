import { Refusal } from "./failure.js";
import { readHeader } from "./object-header.js";

/** @import { MountedFile } from "./one-file.js" */
/** @import { HeaderFacts, ReadAt, Superblock } from "./object-header.js" */

/**
 * h5wasm's declarations ask for its own `any`-shaped objects; what is used of them is said here.
 * @typedef {any} Module
 *
 * @typedef {object} OpenFile
 * @property {bigint} id
 * @property {MountedFile} mounted
 * @property {ReadAt} readAt
 * @property {number} size in bytes
 * @property {Superblock} superblock
 * @property {Map<string, "group" | "dataset" | "type">} known paths of hard links only, whose parents are such too
 */

const group = 0;
const dataset = 1;
const namedType = 2;
/** Paths remembered as free of links. */
const maxKnown = 10_000;

/** Finds objects by their paths, and follows no link. @param {Module} module */
export function makeObjects(module) {
  /** @param {OpenFile} file @param {string} path @returns {{ kind: "group" | "dataset" | "type" | "link", target?: string }} */
  const kindOf = (file, path) => {
    const soft = module.get_symbolic_link(file.id, path);
    if (typeof soft === "string") return { kind: "link", target: soft };
    const { filename, obj_path } = module.get_external_link(file.id, path);
    if (filename !== undefined) return { kind: "link", target: `${filename}:${obj_path}` };
    const type = module.get_type(file.id, path);
    if (type === group) return { kind: "group" };
    if (type === dataset) return { kind: "dataset" };
    return type === namedType ? { kind: "type" } : { kind: "link" };
  };

  /** Proves that no component of the path is a link. @param {OpenFile} file @param {string} path */
  const resolve = (file, path) => {
    if (path === "/") return "group";
    const known = file.known.get(path);
    if (known !== undefined) return known;
    const parent = path.slice(0, path.lastIndexOf("/")) || "/";
    if (resolve(file, parent) !== "group") throw new Refusal({ kind: "not-found", message: `${parent} is not a group` });
    const { kind } = kindOf(file, path);
    if (kind === "link") throw new Refusal({ kind: "link", message: path });
    if (file.known.size < maxKnown) file.known.set(path, kind);
    return kind;
  };

  /** @param {OpenFile} file @param {string} path @returns {number | undefined} */
  const addressOf = (file, path) => {
    const reference = Uint8Array.from(module.create_object_reference(file.id, path));
    const address = new DataView(reference.buffer).getBigUint64(0, true);
    return address < BigInt(Number.MAX_SAFE_INTEGER) ? Number(address) : undefined;
  };

  /** @param {OpenFile} file @param {string} path @returns {HeaderFacts} */
  const headerOf = (file, path) => {
    const address = addressOf(file, path);
    if (address === undefined) throw new Error("the object has no address");
    return readHeader(file.readAt, file.superblock, address);
  };

  return { kindOf, resolve, addressOf, headerOf };
}
