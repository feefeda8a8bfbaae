import type { WireReader } from "./reader.js";

/** What went wrong, by the server's word; code 0 is no error. */
export type WireStatus = { readonly code: number; readonly message: string };

/** What the head of every reply of points says. */
export type ReplyHead = {
  /** Absent: all is well. */
  readonly status?: WireStatus;
  /** The version that was read. */
  readonly versionMajor: bigint;
  /** Points that are buffered and not yet part of a version. */
  readonly versionMinor: bigint;
};

type Kind = "varint" | "bool" | "double" | "text" | { readonly [field: number]: Kind };

const member: Kind = {
  1: "varint",
  2: "text",
  3: "bool",
  4: "bool",
  5: "bool",
  6: "varint",
  7: "varint",
  8: "varint",
  9: "double",
  10: "text",
  11: "text",
};
const mash: { readonly [field: number]: Kind } = {
  1: "varint",
  2: "text",
  3: "varint",
  4: "varint",
  5: "bool",
  6: "double",
  7: member,
};

/** The fields 1 to 3 of a reply, which all replies of points share. Repeated ones count as the last; a status is merged. */
export class HeadReader {
  #code = 0;
  #message = "";
  #seen = false;
  #major = 0n;
  #minor = 0n;

  /** Whether `tag` was a field of the head, which is then read. */
  read(reader: WireReader, tag: number): boolean {
    switch (tag >>> 3) {
      case 1:
        this.#seen = true;
        this.#status(reader);
        return true;
      case 2:
        this.#major = reader.uint64();
        return true;
      case 3:
        this.#minor = reader.uint64();
        return true;
      default:
        return false;
    }
  }

  get head(): ReplyHead {
    const versions = { versionMajor: this.#major, versionMinor: this.#minor };
    return this.#seen ? { status: { code: this.#code, message: this.#message }, ...versions } : versions;
  }

  #status(reader: WireReader): void {
    const end = reader.subMessage();
    while (reader.position < end) {
      const tag = reader.tag();
      const field = tag >>> 3;
      if (field === 1) this.#code = reader.uint32();
      else if (field === 2) this.#message = reader.text();
      else if (field === 3) passOver(reader, mash, 3);
      else reader.skip(tag, 2);
    }
  }
}

/** Reads a message whose content is of no use here, as strictly as if it were. */
function passOver(reader: WireReader, fields: { readonly [field: number]: Kind }, depth: number): void {
  const end = reader.subMessage();
  while (reader.position < end) {
    const tag = reader.tag();
    const kind = fields[tag >>> 3];
    if (kind === undefined) reader.skip(tag, depth);
    else if (kind === "text") reader.text();
    else if (kind === "double") reader.double();
    else if (kind === "varint" || kind === "bool") reader.uint64();
    else passOver(reader, kind, depth + 1);
  }
}
