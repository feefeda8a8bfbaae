import { type Follower, follow, sondeError } from "@sonde/core/bytes";
import { isMixed, toLittleEndian } from "./byte-order.js";
import { elementOf, fieldValues, fixedStrings, isNumeric, numbersOver, textOf } from "./decode.js";
import type { Description } from "./description.js";
import { type DirectFile, directDataset } from "./layout/direct.js";
import { type Limits, maxCallBytes } from "./limits.js";
import { bytesOf, callBytes, checkedBytes, pieces, rowsPerBlock, type Selection, selectionOf } from "./selection.js";
import type {
  Attribute,
  BlockOptions,
  CallOptions,
  CompoundType,
  Dataset,
  FieldOptions,
  FieldValues,
  NumericArray,
  ReadOptions,
  RowRange,
} from "./types.js";

/** What a dataset asks of its file. */
export interface DatasetFile {
  readonly name: string;
  readonly byteSize: number;
  readonly limits: Limits;
  run(call: string, path: string, args: object, signal: AbortSignal | undefined): Promise<unknown>;
  attributes(path: string, options?: CallOptions): Promise<ReadonlyMap<string, Attribute>>;
  /** Undefined where nothing but the worker has the bytes. */
  readonly direct: DirectFile | undefined;
}

/** References to strings read at once; each string is a small allocation in the heap of HDF5. */
const stringsPerCall = 4096;

export function makeDataset(file: DatasetFile, path: string, description: Description): Dataset {
  const { shape, maxShape, chunks, filters, type, storedBytes, refusal } = description;
  const key = `${file.name}:${path}`;
  const { limits } = file;
  const dimensions = shape ?? [];
  const budget = callBytes(chunks, type.bytes, limits);
  const chunkRows = chunks?.[0] ?? 1;
  const direct = file.direct && directDataset(file.direct, path, description);

  const unsupported = (what: string, instead: string) => sondeError("unsupported", `${key} holds ${what}: use ${instead}`, { what });
  const select = ({ rows, columns }: ReadOptions): Selection => {
    if (refusal !== undefined) throw refusal;
    return selectionOf(dimensions, rows, columns, key);
  };
  /** A scalar has no dimensions to choose from. */
  const box = ({ offset, count }: Selection) => (offset.length === 0 ? { offset: null, count: null } : { offset, count });

  /** All of a box, piece by piece, the next asked for while the last is copied. */
  const readBytes = async (selection: Selection, signal: AbortSignal | undefined, lent?: Lent): Promise<Uint8Array> => {
    const total = shape === null ? 0 : checkedBytes(selection, type.bytes, file.byteSize, limits, key);
    if (total === 0) return new Uint8Array();
    const found = await direct?.bytes(selection, total, signal, lent && ((allocate) => lent(total, allocate)));
    if (found !== undefined) return found;
    const read = (piece: Selection) => {
      const bytes = bytesOf(piece, type.bytes);
      // The worker answers `read` with bytes.
      return file.run("read", path, { ...box(piece), bytes }, signal) as Promise<Uint8Array>;
    };
    if (total <= Math.max(maxCallBytes, budget)) return turned(await read(selection));
    const out = new Uint8Array(total);
    let at = 0;
    for await (const bytes of ahead(pieces(selection, type.bytes, budget), read)) {
      out.set(bytes, at);
      at += bytes.length;
    }
    return turned(out);
  };
  const turned = (bytes: Uint8Array) => {
    if (isMixed(type)) toLittleEndian(type, bytes);
    return bytes;
  };

  const readNumbers = async (selection: Selection, signal: AbortSignal | undefined, lent?: Lent): Promise<NumericArray> => {
    const element = elementOf(type).type;
    if (element.kind === "compound") throw unsupported("compounds", "fields() or bytes()");
    if (element.kind === "string") throw unsupported("strings", "strings()");
    if (!isNumeric(type)) throw unsupported(element.kind, "bytes()");
    return numbersOver(type, await readBytes(selection, signal, lent));
  };

  const variableStrings = async (selection: Selection, signal: AbortSignal | undefined): Promise<readonly string[]> => {
    if (type.kind !== "string") throw unsupported(type.kind, "read()");
    if (shape === null) return [];
    // Of each string at least its reference is held.
    checkedBytes(selection, 16, Number.POSITIVE_INFINITY, limits, key);
    const strings: string[] = [];
    let left = limits.maxReadBytes;
    for (const piece of pieces(selection, 1, stringsPerCall)) {
      const values = bytesOf(piece, 1);
      if (values === 0) continue;
      // The worker answers `strings` with the bytes of each.
      const found = (await file.run("strings", path, { ...box(piece), values, maxBytes: left }, signal)) as readonly Uint8Array[];
      for (const bytes of found) {
        left -= bytes.length;
        strings.push(textOf(bytes, type, key));
      }
    }
    return strings;
  };

  const table = (): CompoundType => {
    if (refusal !== undefined) throw refusal;
    if (type.kind !== "compound") throw unsupported(type.kind, "read() or strings()");
    if (dimensions.length !== 1) throw unsupported(`compounds of ${dimensions.length} dimensions`, "bytes()");
    return type;
  };

  /** Some fields of some rows, which fit one call. */
  const readFields = async (compound: CompoundType, names: readonly string[], rows: RowRange, signal: AbortSignal | undefined) => {
    const chosen = names.map((name) => fieldOf(compound, name, key));
    const slots = chosen.map((field) => ({ offset: field.offset, size: field.type.bytes }));
    const found = rows.end === rows.start ? undefined : await direct?.columns(rows, slots, signal);
    if (found !== undefined) return found;
    const args = { start: rows.start, rows: rows.end - rows.start, rowBytes: compound.bytes, slots };
    // The worker answers `fields` with the bytes of each, packed.
    const columns =
      rows.end === rows.start
        ? slots.map(() => new Uint8Array())
        : ((await file.run("fields", path, args, signal)) as readonly Uint8Array[]);
    return columns.map((bytes, k) => {
      const field = chosen[k];
      if (field !== undefined && isMixed(compound)) toLittleEndian(field.type, bytes);
      return bytes;
    });
  };

  /** Some fields of any rows. */
  const readTable = async (compound: CompoundType, names: readonly string[], rows: RowRange, signal: AbortSignal | undefined) => {
    const chosen = names.map((name) => fieldOf(compound, name, key));
    const slots = chosen.map((field) => ({ offset: field.offset, size: field.type.bytes }));
    const found = rows.end === rows.start ? undefined : await direct?.columns(rows, slots, signal);
    if (found !== undefined) return found;
    const whole = slots.map(({ size }) => new Uint8Array((rows.end - rows.start) * size));
    const ranges = rowRanges(rows, rowsPerBlock(compound.bytes, chunkRows, budget));
    const parts = ahead(ranges, async (part) => ({ part, columns: await readFields(compound, names, part, signal) }));
    for await (const { part, columns } of parts) {
      columns.forEach((bytes, k) => {
        whole[k]?.set(bytes, (part.start - rows.start) * (slots[k]?.size ?? 0));
      });
    }
    return whole;
  };

  const dataset: Dataset = {
    path,
    shape,
    maxShape,
    chunks,
    filters,
    type,
    ...(storedBytes === undefined ? {} : { storedBytes }),
    ...(refusal === undefined ? {} : { refusal }),

    attributes: (options) => file.attributes(path, options),

    read: async (options = {}) => readNumbers(select(options), options.signal),

    async bytes(options = {}) {
      const selection = select(options);
      if (type.kind === "string" && type.variable) throw unsupported("variable-length strings", "strings()");
      return readBytes(selection, options.signal);
    },

    async strings(options = {}) {
      const selection = select(options);
      if (type.kind !== "string") throw unsupported(type.kind, "read() or fields()");
      return type.variable
        ? variableStrings(selection, options.signal)
        : fixedStrings(type, await readBytes(selection, options.signal), key);
    },

    async fields<const Name extends string>({ rows, names, signal }: FieldOptions<Name> = {}) {
      const compound = table();
      const selection = selectionOf(dimensions, rows, undefined, key);
      const wanted = names ?? compound.fields.map((field) => field.name);
      const chosen = wanted.map((name) => fieldOf(compound, name, key));
      const rowBytes = chosen.reduce((sum, field) => sum + field.type.bytes, 0);
      checkedBytes(selection, rowBytes, file.byteSize, limits, key);
      const [start = 0] = selection.offset;
      const [length = 0] = selection.count;
      const whole = await readTable(compound, wanted, { start, end: start + length }, signal);
      return asRecord<Name>(
        wanted,
        await Promise.all(chosen.map((field, k) => fieldValues(field.type, whole[k] ?? new Uint8Array(), `${key}.${field.name}`, signal))),
      );
    },

    async *blocks({ rows, columns, blockRows, reuse = false, signal }: BlockOptions = {}) {
      const selection = select({ rows, columns });
      if (dimensions.length === 0) throw unsupported("no rows", "read()");
      const [start = 0, ...offset] = selection.offset;
      const [length = 0, ...count] = selection.count;
      const size = checkedRows(blockRows, rowsPerBlock(bytesOf({ offset, count }, type.bytes), chunkRows, budget), key);
      const follower = follow(signal === undefined ? [] : [signal]);
      const lent = reuse ? inTurn() : undefined;
      const read = async (part: RowRange) => {
        const piece = { offset: [part.start, ...offset], count: [part.end - part.start, ...count] };
        return { rows: part, values: await readNumbers(piece, follower.signal, lent) };
      };
      yield* until(follower, ahead(rowRanges({ start, end: start + length }, size), read));
    },

    async *fieldBlocks<const Name extends string>({
      rows,
      names,
      blockRows,
      signal,
    }: FieldOptions<Name> & { readonly blockRows?: number | undefined } = {}) {
      const compound = table();
      const selection = selectionOf(dimensions, rows, undefined, key);
      const wanted = names ?? compound.fields.map((field) => field.name);
      const chosen = wanted.map((name) => fieldOf(compound, name, key));
      const [start = 0] = selection.offset;
      const [length = 0] = selection.count;
      const fit = rowsPerBlock(compound.bytes, chunkRows, budget);
      const size = Math.min(
        checkedRows(blockRows, fit, key),
        Math.max(1, Math.floor(Math.max(maxCallBytes, budget) / Math.max(1, compound.bytes))),
      );
      const follower = follow(signal === undefined ? [] : [signal]);
      const read = async (part: RowRange) => {
        const columns = await readFields(compound, wanted, part, follower.signal);
        return {
          rows: part,
          fields: asRecord<Name>(
            wanted,
            await Promise.all(
              columns.map((bytes, k) => fieldValues(chosen[k]?.type ?? type, bytes, `${key}.${wanted[k]}`, follower.signal)),
            ),
          ),
        };
      };
      yield* until(follower, ahead(rowRanges({ start, end: start + length }, size), read));
    },
  };
  return dataset;
}

function fieldOf(compound: CompoundType, name: string, key: string) {
  const field = compound.fields.find((candidate) => candidate.name === name);
  if (field !== undefined) return field;
  const known = compound.fields.map((candidate) => candidate.name).join(", ");
  throw sondeError("not-found", `${key} has no field '${name}': it has ${known}`, { id: name });
}

/** Without a prototype: `__proto__` is a name like any other. */
function asRecord<Name extends string>(names: readonly string[], values: readonly FieldValues[]): { readonly [K in Name]: FieldValues } {
  const record: Record<string, FieldValues> = Object.create(null);
  names.forEach((name, k) => {
    const value = values[k];
    if (value !== undefined) record[name] = value;
  });
  // Every name that was asked for is there: `names` are all of `Name`.
  return record as { readonly [K in Name]: FieldValues };
}

function checkedRows(asked: number | undefined, fallback: number, key: string): number {
  if (asked === undefined) return fallback;
  if (Number.isSafeInteger(asked) && asked > 0) return asked;
  throw sondeError("options", `blockRows of ${key} is ${asked}: give a whole number of rows above 0`, {
    issues: [{ path: "blockRows", message: "not above 0" }],
  });
}

/** Memory for a block that is read, given what allocates it. */
type Lent = (length: number, allocate: (length: number) => Uint8Array) => Uint8Array;

/** That of the block before the last, where it is large enough: the last one is looked at while this one is read. */
function inTurn(): Lent {
  let spare: Uint8Array = new Uint8Array();
  let last: Uint8Array = spare;
  return (length, allocate) => {
    const bytes = spare.length < length ? allocate(length) : spare;
    [spare, last] = [last, bytes];
    return bytes.subarray(0, length);
  };
}

function* rowRanges({ start, end }: RowRange, size: number): Generator<RowRange> {
  for (let at = start; at < end; at += size) yield { start: at, end: Math.min(end, at + size) };
}

/** In order, with the next one asked for while the last is looked at. */
async function* ahead<Part, Result>(parts: Iterable<Part>, read: (part: Part) => Promise<Result>): AsyncGenerator<Result, void, undefined> {
  let next: Promise<Result> | undefined;
  for (const part of parts) {
    const current = next;
    next = read(part);
    // It is awaited a turn later, or not at all when the loop was left.
    next.catch(() => {});
    if (current !== undefined) yield await current;
  }
  if (next !== undefined) yield await next;
}

/** Leaving the loop aborts what was asked ahead. */
async function* until<Result>(
  follower: Follower,
  results: AsyncGenerator<Result, void, undefined>,
): AsyncGenerator<Result, void, undefined> {
  try {
    yield* results;
  } finally {
    follower.release();
    follower.abort(new Error("nobody waits for the next block"));
  }
}
