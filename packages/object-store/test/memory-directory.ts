/** A `FileSystemDirectoryHandle` in memory, by the File System standard: Node has none. */
export function memoryDirectory(name: string): FileSystemDirectoryHandle {
  const children = new Map<string, FileSystemDirectoryHandle | FileSystemFileHandle>();
  const find = (
    child: string,
    kind: "file" | "directory",
    create: boolean | undefined,
    make: () => FileSystemDirectoryHandle | FileSystemFileHandle,
  ) => {
    if (child === "" || child === "." || child === ".." || /[/\\]/.test(child)) throw new TypeError("Name is not allowed.");
    const found = children.get(child);
    if (found && found.kind !== kind) throw new DOMException("Another kind.", "TypeMismatchError");
    if (found) return found;
    if (!create) throw new DOMException("Not there.", "NotFoundError");
    const made = make();
    children.set(child, made);
    return made;
  };
  const handle = {
    kind: "directory",
    name,
    async getDirectoryHandle(child: string, options?: { create?: boolean }) {
      return find(child, "directory", options?.create, () => memoryDirectory(child));
    },
    async getFileHandle(child: string, options?: { create?: boolean }) {
      return find(child, "file", options?.create, () => memoryFile(child));
    },
    async *entries() {
      yield* children;
    },
  };
  // Only what a store may use of it is there.
  return handle as unknown as FileSystemDirectoryHandle;
}

let clock = 1_600_000_000_000;

function memoryFile(name: string): FileSystemFileHandle {
  let file = new File([], name, { lastModified: clock });
  const handle = {
    kind: "file",
    name,
    getFile: async () => file,
    async createWritable() {
      const parts: BlobPart[] = [];
      return {
        write: async (part: BlobPart) => void parts.push(part),
        async close() {
          clock += 1000;
          file = new File(parts, name, { lastModified: clock });
        },
        async abort() {},
      };
    },
  };
  return handle as unknown as FileSystemFileHandle;
}
