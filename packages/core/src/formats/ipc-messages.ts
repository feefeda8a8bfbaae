import { sondeError } from "../errors.js";
import { damaged, FlatTable } from "./ipc-flatbuffer.js";

/** Fields of a schema, nested ones included, and how deep they may nest. */
const maxFields = 65_536;
const maxDepth = 64;
const magic = [0x41, 0x52, 0x52, 0x4f, 0x57, 0x31];

/** Apache Arrow columnar format 1.5, Message.fbs. */
const header = { schema: 1, dictionaryBatch: 2, recordBatch: 3 } as const;

/**
 * Checks the messages of a stream or file before any decoder sees them: that lengths and offsets stay inside, that bytes are
 * little endian and bodies not compressed, that schemas are of a sane size. Gives what to decode: of a stream what comes before
 * its end mark, of a file all of it, whose index is checked too.
 * Rejects `format` with the offset, or `unsupported` for what is whole but not for us.
 */
export function checkedIpc(bytes: Uint8Array): { readonly isFile: boolean; readonly bytes: Uint8Array } {
  const isFile = magic.every((byte, index) => bytes[index] === byte);
  if (!isFile) {
    const { end, hasSchema } = checkMessages(bytes, 0, bytes.length);
    if (!hasSchema) throw damaged("it does not begin with a schema", 0);
    return { isFile, bytes: bytes.subarray(0, end) };
  }
  if (bytes.length < 24 || !magic.every((byte, index) => bytes[bytes.length - magic.length + index] === byte)) {
    throw damaged("the file does not end as Arrow files do: it was cut short", bytes.length);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getInt32(bytes.length - 10, true);
  const start = bytes.length - 10 - length;
  if (length <= 0 || start < 8) throw damaged(`an index of ${length} bytes in a file of ${bytes.length}`, bytes.length - 10);
  const { starts } = checkMessages(bytes, 8, start);
  checkFooter(new DataView(bytes.buffer, bytes.byteOffset + start, length), starts);
  return { isFile, bytes };
}

/** Up to the end mark, or `to`; `starts` has the offset of each message and the length of its head and body. */
function checkMessages(bytes: Uint8Array, from: number, to: number) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, to);
  const starts = new Map<number, readonly [head: number, body: number]>();
  let hasSchema = false;
  let at = from;
  while (at < to) {
    const start = at;
    let length = lengthAt(view, at);
    at += 4;
    if (length === -1) {
      length = lengthAt(view, at);
      at += 4;
    }
    if (length === 0) break;
    if (length < 0 || at + length > to) throw damaged(`a message of ${length} bytes has ${to - at} left`, start);
    const message = FlatTable.root(new DataView(bytes.buffer, bytes.byteOffset + at, length));
    at += length;
    const bodyLength = message.int64(3);
    if (bodyLength < 0n || bodyLength > BigInt(to - at)) throw damaged(`a body of ${bodyLength} bytes has ${to - at} left`, start);
    const kind = message.int8(1);
    if (kind === header.schema && (hasSchema || start !== from)) throw damaged("it has two schemas", start);
    hasSchema ||= kind === header.schema;
    checkHeader(kind, message, bodyLength, start);
    starts.set(start, [at - start, Number(bodyLength)]);
    at += Number(bodyLength);
  }
  return { end: at, hasSchema, starts };
}

function lengthAt(view: DataView, at: number): number {
  if (at + 4 > view.byteLength) throw damaged("it ends inside the length of a message", at);
  return view.getInt32(at, true);
}

/** Footer of File.fbs: every block (offset, length of the head, length of the body) must be a message that is there. */
function checkFooter(view: DataView, starts: ReadonlyMap<number, readonly [head: number, body: number]>): void {
  const footer = FlatTable.root(view);
  const schema = footer.table(1);
  if (schema === undefined) throw damaged("its index has no schema");
  checkSchema(schema);
  for (const field of [2, 3]) {
    const { length, at } = footer.vector(field, 24);
    for (let index = 0; index < length; index++) {
      const offset = view.getBigInt64(at + 24 * index, true);
      const message = starts.get(Number(offset));
      const head = view.getInt32(at + 24 * index + 8, true);
      if (message === undefined || message[0] !== head || BigInt(message[1]) !== view.getBigInt64(at + 24 * index + 16, true)) {
        throw damaged(`its index names a message at ${offset} that is not there`);
      }
    }
  }
}

function checkHeader(kind: number, message: FlatTable, bodyLength: bigint, offset: number): void {
  if (message.int16(0) < 3) throw unsupported("metadata of a version before 1.0 (V4)");
  const table = message.table(2);
  if (table === undefined) throw damaged("a message has no header", offset);
  if (kind === header.schema) checkSchema(table);
  else if (kind === header.recordBatch) checkBatch(table, bodyLength, offset);
  else if (kind === header.dictionaryBatch) {
    const batch = table.table(1);
    if (batch === undefined) throw damaged("a dictionary has no data", offset);
    checkBatch(batch, bodyLength, offset);
  } else throw unsupported(`a message of kind ${kind}`);
}

/** Types of Schema.fbs that Arrow's decoder does not know. */
const foreignTypes: { readonly [type: number]: string } = { 22: "RunEndEncoded", 25: "ListView", 26: "LargeListView" };

function checkSchema(schema: FlatTable): void {
  if (schema.int16(0) !== 0) throw unsupported("big-endian data");
  schema.vector(2, 4);
  let left = maxFields;
  const visit = (fields: Iterable<FlatTable>, depth: number) => {
    if (depth > maxDepth) throw damaged(`its fields nest more than ${maxDepth} deep`);
    for (const field of fields) {
      if (--left < 0) {
        throw sondeError("limit", `an Arrow schema of more than ${maxFields} fields is not read`, {
          what: "fields",
          asked: maxFields + 1,
          allowed: maxFields,
        });
      }
      const foreign = foreignTypes[field.int8(2)];
      if (foreign !== undefined) throw unsupported(`columns of type ${foreign}`);
      field.vector(6, 4);
      visit(field.tables(5), depth + 1);
    }
  };
  visit(schema.tables(1), 1);
}

/** A buffer is 16 bytes, offset and length in the body; a node as many, its length and nulls. */
function checkBatch(batch: FlatTable, bodyLength: bigint, offset: number): void {
  if (batch.table(3) !== undefined) throw unsupported("compressed bodies (LZ4 or ZSTD)");
  batch.vector(4, 8);
  if (batch.int64(0) < 0n || batch.int64(0) > 0x7fff_ffffn) throw damaged(`a batch of ${batch.int64(0)} rows`, offset);
  const nodes = batch.pairs(1);
  for (const [length, nulls] of nodes) {
    if (length < 0n || length > 0x7fff_ffffn || nulls < 0n || nulls > length)
      throw damaged(`a column of ${length} rows, ${nulls} null`, offset);
  }
  for (const [start, length] of batch.pairs(2)) {
    if (start < 0n || length < 0n || start + length > bodyLength) {
      throw damaged(`a buffer of ${length} bytes at ${start} in a body of ${bodyLength}`, offset);
    }
  }
}

function unsupported(what: string): Error {
  return sondeError(
    "unsupported",
    `Arrow IPC data with ${what} is not read: write it again with plain columns, uncompressed and little endian`,
    {
      what,
    },
  );
}
