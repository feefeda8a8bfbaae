/**
 * A file system of one read-only file.
 *
 * A dataset may name other files (external storage, external links, virtual sources), and HDF5 opens what it is told. Here it finds nothing:
 * each file lies under a name that can't be guessed, opens only while it is being opened by us, and the devices and `/proc/self/fd`, through which
 * one open file could name another, are removed.
 */

/** @import { Reader } from "./readers.js" */

const accessDenied = 2;
const inputOutput = 29;
const invalid = 28;
const noEntry = 44;
const directoryMode = 0o40555;
const fileMode = 0o100444;

/**
 * The parts of Emscripten's file system that are used; its own declarations leave most of them out.
 * @typedef {any} FileSystem
 */

/** @param {FileSystem} FS */
export function emptyFileSystem(FS) {
  for (const path of ["/proc/self/fd", "/proc/self", "/proc"]) FS.rmdir(path);
  for (const name of FS.readdir("/dev")) {
    if (name === "." || name === "..") continue;
    const path = `/dev/${name}`;
    if (FS.isDir(FS.lookupPath(path, { follow: false }).node.mode)) continue;
    // HDF5 seeds nothing from devices; what the runtime holds open (standard output) stays open.
    FS.unlink(path);
  }
}

/**
 * @typedef {object} MountedFile
 * @property {string} path
 * @property {boolean} opening may be opened: only while we open it
 * @property {boolean} strict a read past the end is a failure: everywhere but while opening, where HDF5 looks for its signature
 * @property {unknown} failure the last thing that went wrong in reading; whatever HDF5 then answered is not to be believed
 * @property {() => void} unmount
 */

/**
 * @param {FileSystem} FS
 * @param {Reader} reader
 * @returns {MountedFile}
 */
export function mountFile(FS, reader) {
  const directory = `/${unguessable()}`;
  const name = unguessable();
  /** @type {MountedFile} */
  const file = { path: `${directory}/${name}`, opening: false, strict: false, failure: undefined, unmount };
  const epoch = new Date(0);
  /** @param {any} node */
  const getattr = (node) => ({
    dev: 1,
    ino: node.id,
    mode: node.mode,
    nlink: 1,
    uid: 0,
    gid: 0,
    rdev: 0,
    size: node.size ?? 0,
    atime: epoch,
    mtime: epoch,
    ctime: epoch,
    blksize: 4096,
    blocks: 0,
  });
  const fileNode = { getattr };
  const fileStream = {
    open() {
      if (!file.opening) throw new FS.ErrnoError(accessDenied);
    },
    /** @param {any} stream @param {number} offset @param {0 | 1 | 2} whence */
    llseek(stream, offset, whence) {
      const position = offset + (whence === 1 ? stream.position : whence === 2 ? reader.size : 0);
      if (position < 0) throw new FS.ErrnoError(invalid);
      return position;
    },
    /** @param {any} _stream @param {Int8Array} heap @param {number} offset @param {number} length @param {number} position */
    read(_stream, heap, offset, length, position) {
      const expected = Math.max(0, Math.min(length, reader.size - position));
      try {
        if (file.strict && expected < length) throw new Error(`bytes ${position} to ${position + length} lie past the end of the file`);
        const target = new Uint8Array(heap.buffer, heap.byteOffset + offset, expected);
        const count = expected === 0 ? 0 : reader.read(target, position);
        if (count < expected) throw new Error(`the file ended at byte ${position + count} of ${reader.size}: it was cut while it was open`);
        return count;
      } catch (error) {
        file.failure = error ?? new Error("reading failed");
        throw new FS.ErrnoError(inputOutput);
      }
    },
  };
  /** @type {any} */
  let node;
  const directoryNode = {
    getattr,
    /** @param {any} _parent @param {string} wanted */
    lookup(_parent, wanted) {
      if (node === undefined || wanted !== name) throw new FS.ErrnoError(noEntry);
      return node;
    },
    readdir: () => [".", ".."],
  };
  const type = {
    mount() {
      const root = FS.createNode(null, "/", directoryMode, 0);
      root.node_ops = directoryNode;
      root.stream_ops = {};
      return root;
    },
  };
  FS.mkdir(directory);
  const root = FS.mount(type, {}, directory);
  node = FS.createNode(root, name, fileMode, 0);
  node.node_ops = fileNode;
  node.stream_ops = fileStream;
  node.size = reader.size;

  function unmount() {
    FS.unmount(directory);
    FS.rmdir(directory);
  }
  return file;
}

/** Not `randomUUID`, which pages without TLS do not have. */
function unguessable() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
