import { sondeError } from "@sonde/core/bytes";
import type { AttributeValue } from "./attribute.js";
import { Encoder } from "./encoder.js";
import { type FileSpace, type Patch, withinOneSector } from "./file-space.js";
import { type EncodedAttribute, encodeAttribute } from "./messages/attribute.js";
import { encodeMessage, largestBody, type Message, messagePrefixSize, messageSize, messageType } from "./messages/message.js";

/** The version 1 prefix with its padding, and the message that leads to the attributes: rewritten together, in one write. */
const prefixSize = 16;
const headSize = prefixSize + messagePrefixSize + 16;
/** So that the head, and what follows it within 64 bytes, never crosses a sector. */
const alignment = 64;
/** The count of messages has 16 bits; the rest is for what is not an attribute. */
const mostAttributes = 60_000;

/** What a flush has yet to write over bytes that readers see: `switches` first, then `values`. */
export type HeaderPatches = { readonly switches: readonly Patch[]; readonly values: readonly Patch[] };

type Block = { readonly address: number; readonly capacity: number };
type StoredAttribute = { readonly body: Uint8Array; readonly position: number };

/**
 * A version 1 object header (HDF5 File Format Specification 3.0, IV.A.1.a): a head, messages whose places never change, and a
 * continuation block with all attributes. Changed attributes are written into another block, and the head is switched to it; two
 * blocks take turns. Where only values of up to eight bytes change, they are written in place.
 */
export class ObjectHeader {
  readonly address: number;
  readonly path: string;
  readonly #space: FileSpace;
  readonly #messages: () => readonly Message[];
  readonly #positions: readonly number[];
  readonly #size: number;
  readonly #attributes = new Map<string, EncodedAttribute>();
  #stored = new Map<string, StoredAttribute>();
  #block: Block | undefined;
  #spare: Block | undefined;
  #changed = new Set<string>();
  #written = false;

  /** `messages` is asked once for the sizes, and again when the header is written; the sizes must be the same. */
  constructor(space: FileSpace, path: string, messages: () => readonly Message[]) {
    this.#space = space;
    this.path = path;
    this.#messages = messages;
    let size = headSize;
    this.#positions = messages().map((message) => {
      if (message.body.length > largestBody) {
        const details = { what: "bytes of a datatype", asked: message.body.length, allowed: largestBody };
        throw sondeError("limit", `${path}: its type takes ${message.body.length} bytes to describe: give it fewer members`, details);
      }
      const position = size + messagePrefixSize;
      size += messageSize(message);
      return position;
    });
    this.#size = size;
    this.address = space.allocate(size, alignment);
  }

  /** Whether readers can see the header, so that it changes by patches only. */
  get written(): boolean {
    return this.#written;
  }

  /** Where the body of the n-th message lies in the file. */
  bodyPosition(index: number): number {
    return this.address + (this.#positions[index] ?? 0);
  }

  setAttribute(name: string, value: AttributeValue): void {
    const encoded = encodeAttribute(this.path, name, value);
    if (!this.#attributes.has(name) && this.#attributes.size >= mostAttributes) {
      const details = { what: "attributes of an object", asked: this.#attributes.size + 1, allowed: mostAttributes };
      throw sondeError("limit", `${this.path} has ${mostAttributes} attributes: store the rest as datasets`, details);
    }
    this.#attributes.set(name, encoded);
    this.#changed.add(name);
  }

  /** Writes what nobody sees yet, and returns what makes it seen. */
  prepare(): HeaderPatches {
    if (!this.#written) {
      const head = this.#attributes.size > 0 ? this.#writeBlock() : this.#head(undefined, 0);
      const header = new Encoder().bytes(head);
      for (const message of this.#messages()) header.bytes(encodeMessage(message));
      this.#space.write(this.address, header.finish());
      this.#written = true;
      this.#changed.clear();
      return { switches: [], values: [] };
    }
    const values = this.#patchesInPlace();
    const switches = values === undefined ? [{ position: this.address, bytes: this.#writeBlock() }] : [];
    this.#changed.clear();
    return { switches, values: values ?? [] };
  }

  /** Undefined where a change does not fit into one whole write of its value. */
  #patchesInPlace(): Patch[] | undefined {
    const patches: Patch[] = [];
    for (const name of this.#changed) {
      const encoded = this.#attributes.get(name);
      const stored = this.#stored.get(name);
      if (encoded === undefined || stored === undefined) return undefined;
      const patch = { position: stored.position + encoded.valueOffset, bytes: encoded.body.subarray(encoded.valueOffset) };
      if (patch.bytes.length > 8 || !withinOneSector(patch.position, patch.bytes.length)) return undefined;
      if (stored.body.length !== encoded.body.length || !startsAlike(stored.body, encoded.body, encoded.valueOffset)) return undefined;
      this.#stored.set(name, { body: encoded.body, position: stored.position });
      patches.push(patch);
    }
    return patches;
  }

  /** Writes all attributes into the block that is not in use, or a new one, and returns the head that leads to it. */
  #writeBlock(): Uint8Array {
    const content = new Encoder();
    const offsets: [string, number, Uint8Array][] = [];
    for (const [name, { body }] of this.#attributes) {
      offsets.push([name, content.length + messagePrefixSize, body]);
      content.bytes(encodeMessage({ type: messageType.attribute, body }));
    }
    const block = this.#spare !== undefined && this.#spare.capacity >= content.length ? this.#spare : this.#newBlock(content.length);
    let fillers = 0;
    while (content.length < block.capacity) {
      const size = Math.min(block.capacity - content.length - messagePrefixSize, largestBody);
      content.bytes(encodeMessage({ type: messageType.nil, body: new Uint8Array(size) }));
      fillers++;
    }
    this.#space.write(block.address, content.finish());
    this.#spare = this.#block;
    this.#block = block;
    this.#stored = new Map(offsets.map(([name, offset, body]) => [name, { body, position: block.address + offset }]));
    return this.#head(block, this.#attributes.size + fillers);
  }

  /** With room for a quarter more. */
  #newBlock(needed: number): Block {
    const capacity = Math.ceil((needed * 1.25 + 64) / 64) * 64;
    return { address: this.#space.allocate(capacity), capacity };
  }

  #head(block: Block | undefined, blockMessages: number): Uint8Array {
    const count = 1 + this.#positions.length + blockMessages;
    const head = new Encoder()
      .u8(1)
      .u8(0)
      .u16(count)
      .u32(1)
      .u32(this.#size - prefixSize)
      .zeros(4);
    const body = block === undefined ? new Uint8Array(16) : new Encoder().u64(block.address).u64(block.capacity).finish();
    return head.bytes(encodeMessage({ type: block === undefined ? messageType.nil : messageType.continuation, body })).finish();
  }
}

function startsAlike(a: Uint8Array, b: Uint8Array, length: number): boolean {
  for (let index = 0; index < length; index++) if (a[index] !== b[index]) return false;
  return true;
}
