/**
 * What h5wasm does not say of an object, taken from its header in the file: the datatype to the bit, external storage, stored size.
 *
 * Source: HDF5 File Format Specification 3.0, II.A (superblock), IV.A.1 (object headers) and IV.A.2 (messages).
 */

/**
 * @typedef {object} HeaderFacts
 * @property {Uint8Array | undefined} datatype the datatype message; undefined where it is shared through the file's message table
 * @property {boolean} external the data lies in other files
 * @property {number | undefined} storedBytes of contiguous and compact data
 * @property {Uint8Array[]} layouts data layout messages: one, where nothing is wrong
 * @property {Map<string, Uint8Array>} attributes datatype messages by the name of the attribute; those stored densely are missing
 *
 * @typedef {object} Superblock
 * @property {number} base added to every address
 * @property {number} offsetBytes
 * @property {number} lengthBytes
 * @property {number} endOfFile behind the last byte that is used
 * @property {number} halfChildren half of the most that a node of a chunk index holds
 *
 * @typedef {(position: number, length: number) => Uint8Array} ReadAt throws where the file is shorter
 * @typedef {{ type: number, flags: number, body: Uint8Array }} Message
 */

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
/** Of one object; HDF5 writes 64 kB at most into a message. */
const maxHeaderBytes = 1 << 24;
const maxShares = 4;
const longestSuperblock = 64;

const message = { datatype: 0x03, external: 0x07, layout: 0x08, attribute: 0x0c, continuation: 0x10 };
const shared = 0x02;

/** @param {Uint8Array} bytes @param {number} offset @param {number} length @returns {number} */
export function unsigned(bytes, offset, length) {
  if (offset + length > bytes.length) throw new Error("a field lies past the end of its message");
  let value = 0n;
  for (let k = length - 1; k >= 0; k--) value = (value << 8n) | BigInt(bytes[offset + k] ?? 0);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Error("an address or size is larger than any file");
  return Number(value);
}

/** @param {Uint8Array} bytes @param {number} offset @param {number} length */
export const isUndefinedAddress = (bytes, offset, length) => bytes.subarray(offset, offset + length).every((byte) => byte === 0xff);

/** Whether `unsigned` would throw. @param {Uint8Array} bytes @param {number} offset @param {number} length */
const largeAt = (bytes, offset, length) => length === 8 && ((bytes[offset + 7] ?? 0) > 0 || (bytes[offset + 6] ?? 0) > 31);

/** @param {Uint8Array} bytes @param {number} offset @param {string} text */
const startsWith = (bytes, offset, text) => [...text].every((letter, k) => bytes[offset + k] === letter.charCodeAt(0));

/**
 * @param {ReadAt} readAt
 * @param {number} fileBytes
 * @returns {Superblock}
 */
export function readSuperblock(readAt, fileBytes) {
  for (let base = 0; base + 16 <= fileBytes; base = base === 0 ? 512 : base * 2) {
    const bytes = readAt(base, 16);
    if (!signature.every((byte, k) => bytes[k] === byte)) continue;
    const version = bytes[8] ?? 0;
    const at = version < 2 ? 13 : 9;
    const offsetBytes = bytes[at] ?? 0;
    const lengthBytes = bytes[at + 1] ?? 0;
    if (![2, 4, 8].includes(offsetBytes) || ![2, 4, 8].includes(lengthBytes)) throw new Error("the superblock has impossible sizes");
    const head = readAt(base, Math.min(longestSuperblock, fileBytes - base));
    // Base address, then that of free space or of the extension, then the end.
    const endAt = (version === 0 ? 24 : version === 1 ? 28 : 12) + 2 * offsetBytes;
    // Of a file that is too short, or says nonsense, nothing is read without HDF5.
    const endOfFile = endAt + offsetBytes > head.length || largeAt(head, endAt, offsetBytes) ? 0 : unsigned(head, endAt, offsetBytes);
    // Version 1 says it; versions from 2 on may say another number in their extension, whose nodes then hold more than is allowed here.
    const halfChildren = version === 1 && head.length >= 26 ? unsigned(head, 24, 2) : 32;
    return { base, offsetBytes, lengthBytes, endOfFile, halfChildren };
  }
  throw new Error("no HDF5 signature");
}

/**
 * @param {ReadAt} readAt
 * @param {Superblock} superblock
 * @param {number} address of the object, relative to the base
 * @returns {HeaderFacts}
 */
export function readHeader(readAt, superblock, address) {
  /** @type {HeaderFacts} */
  const facts = { datatype: undefined, external: false, storedBytes: undefined, layouts: [], attributes: new Map() };
  for (const { type, flags, body } of messages(readAt, superblock, address)) {
    if (type === message.datatype) facts.datatype = flags & shared ? sharedDatatype(readAt, superblock, body, 0) : body;
    else if (type === message.external) facts.external = true;
    else if (type === message.layout) {
      facts.layouts.push(body);
      facts.storedBytes = storedBytes(body, superblock);
    } else if (type === message.attribute && !(flags & shared)) {
      const attribute = attributeDatatype(readAt, superblock, body);
      if (attribute !== undefined) facts.attributes.set(attribute.name, attribute.datatype);
    }
  }
  return facts;
}

/** @param {ReadAt} readAt @param {Superblock} superblock @param {number} address @returns {Generator<Message>} */
function* messages(readAt, superblock, address) {
  const start = superblock.base + address;
  const prefix = readAt(start, 16);
  const second = startsWith(prefix, 0, "OHDR");
  const flags = second ? (prefix[5] ?? 0) : 0;
  /** @type {{ start: number, length: number, skip: number }[]} */
  const blocks = [];
  if (second) {
    const sizeAt = 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    const sizeBytes = 1 << (flags & 3);
    const length = unsigned(readAt(start + sizeAt, sizeBytes), 0, sizeBytes);
    blocks.push({ start: start + sizeAt + sizeBytes, length, skip: 0 });
  } else {
    if (prefix[0] !== 1) throw new Error("the object has no header");
    blocks.push({ start: start + 16, length: unsigned(prefix, 8, 4), skip: 0 });
  }
  let total = 0;
  const seen = new Set();
  for (let block = blocks.shift(); block !== undefined; block = blocks.shift()) {
    total += block.length;
    if (total > maxHeaderBytes || seen.has(block.start)) throw new Error("the header of the object does not end");
    seen.add(block.start);
    const bytes = readAt(block.start, block.length);
    const prefixBytes = second ? (flags & 4 ? 6 : 4) : 8;
    let at = block.skip;
    while (at + prefixBytes <= bytes.length) {
      const type = unsigned(bytes, at, second ? 1 : 2);
      const length = unsigned(bytes, at + (second ? 1 : 2), 2);
      const messageFlags = bytes[at + (second ? 3 : 4)] ?? 0;
      at += prefixBytes;
      // What is shorter than a message at the end of a block of version 2 is a gap.
      if (at + length > bytes.length) break;
      const body = bytes.subarray(at, at + length);
      at += length;
      if (type === message.continuation) {
        const where = unsigned(body, 0, superblock.offsetBytes) + superblock.base;
        const size = unsigned(body, superblock.offsetBytes, superblock.lengthBytes);
        // "OCHK" before and a checksum after the messages of version 2.
        blocks.push({ start: where, length: second ? Math.max(4, size - 4) : size, skip: second ? 4 : 0 });
      } else yield { type, flags: messageFlags, body };
    }
  }
}

/**
 * A committed datatype: the message says where its object is (IV.A.2, "Shared Message").
 *
 * @param {ReadAt} readAt @param {Superblock} superblock @param {Uint8Array} body @param {number} depth
 * @returns {Uint8Array | undefined}
 */
function sharedDatatype(readAt, superblock, body, depth) {
  const version = body[0] ?? 0;
  if (depth > maxShares || version < 1 || version > 3) return undefined;
  if (version === 3 && body[1] !== 2) return undefined;
  const address = unsigned(body, version === 1 ? 8 : 2, superblock.offsetBytes);
  for (const { type, flags, body: found } of messages(readAt, superblock, address)) {
    if (type === message.datatype) return flags & shared ? sharedDatatype(readAt, superblock, found, depth + 1) : found;
  }
  return undefined;
}

/** @param {Uint8Array} body @param {Superblock} superblock @returns {number | undefined} */
function storedBytes(body, superblock) {
  const version = body[0] ?? 0;
  if (version < 3) return undefined;
  if (body[1] === 0) return unsigned(body, 2, 2);
  if (body[1] === 1) {
    const address = body.subarray(2, 2 + superblock.offsetBytes);
    return address.every((byte) => byte === 0xff) ? 0 : unsigned(body, 2 + superblock.offsetBytes, superblock.lengthBytes);
  }
  return undefined;
}

/**
 * @param {ReadAt} readAt @param {Superblock} superblock @param {Uint8Array} body
 * @returns {{ name: string, datatype: Uint8Array } | undefined}
 */
function attributeDatatype(readAt, superblock, body) {
  const version = body[0] ?? 0;
  if (version < 1 || version > 3) return undefined;
  const nameBytes = unsigned(body, 2, 2);
  const datatypeBytes = unsigned(body, 4, 2);
  const nameAt = version === 3 ? 9 : 8;
  // Version 1 pads each part to 8 bytes.
  const datatypeAt = nameAt + (version === 1 ? (nameBytes + 7) & ~7 : nameBytes);
  const name = new TextDecoder().decode(body.subarray(nameAt, nameAt + Math.max(0, nameBytes - 1)));
  const datatype = body.subarray(datatypeAt, datatypeAt + datatypeBytes);
  if (datatype.length < datatypeBytes) return undefined;
  const isShared = version > 1 && ((body[1] ?? 0) & 1) !== 0;
  const resolved = isShared ? sharedDatatype(readAt, superblock, datatype, 0) : datatype;
  return resolved === undefined ? undefined : { name, datatype: resolved };
}
