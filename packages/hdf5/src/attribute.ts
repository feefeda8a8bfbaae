import { sondeError } from "@sonde/core/bytes";
import { isMixed, toLittleEndian } from "./byte-order.js";
import { parseDatatype } from "./datatype-message.js";
import { type SpaceMetadata, typeOfMetadata } from "./datatype-metadata.js";
import { decodeStrings, elementOf, isNumeric, numbersOver, textOf } from "./decode.js";
import { errorOf } from "./failure.js";
import type { Attribute, DataType, StringType } from "./types.js";
import type { Failure } from "./worker/failure.js";

/** What the worker answers for each attribute. */
export type RawAttribute = {
  readonly name: string;
  readonly datatype?: Uint8Array;
  readonly metadata?: SpaceMetadata;
  /** Missing for values that are references into the heap of HDF5. */
  readonly bytes?: Uint8Array;
  readonly strings?: readonly Uint8Array[];
  readonly failure?: Failure;
};

const unknown: DataType = { kind: "unsupported", bytes: 0, why: "unknown" };
const nothing = new Uint8Array();

/** Never throws: what can't be read carries its error, so that one attribute does not hide the others. */
export function attributeOf(raw: RawAttribute, file: string, path: string, maxDepth: number): Attribute {
  const { name, metadata } = raw;
  const key = `${file}:${path}@${name}`;
  let type = unknown;
  const shape = metadata?.shape ?? null;
  try {
    if (raw.failure !== undefined) throw errorOf(raw.failure, file, `${path}@${name}`);
    if (metadata === undefined) throw sondeError("format", `${key} has no type`, { key });
    type = raw.datatype === undefined ? typeOfMetadata(metadata) : parseDatatype(raw.datatype, key, maxDepth);
    if (shape === null) return { name, type, shape, bytes: nothing, value: null };
    if (raw.strings !== undefined) return { name, type, shape, bytes: nothing, value: stringsOf(type, raw.strings, shape, key) };
    if (raw.bytes === undefined)
      throw sondeError("unsupported", `${key} has values of variable length, which are not decoded`, { what: "variable-length values" });
    // A copy that begins at an aligned offset, whatever the message brought.
    const bytes = Uint8Array.from(raw.bytes);
    if (type.bytes !== metadata.size)
      throw sondeError("format", `${key} is damaged: its type has ${type.bytes} bytes, HDF5 says ${metadata.size}`, { key });
    if (isMixed(type)) toLittleEndian(type, bytes);
    return { name, type, shape, bytes, value: valueIn(type, bytes, shape, key) };
  } catch (error) {
    return { name, type, shape, bytes: nothing, value: undefined, error };
  }
}

function valueIn(type: DataType, bytes: Uint8Array, shape: readonly number[], key: string): Attribute["value"] {
  const { type: element, perValue } = elementOf(type);
  const single = shape.length === 0 && perValue === 1;
  if (element.kind === "string") {
    try {
      const strings = decodeStrings(element, bytes, key);
      return single ? (strings[0] ?? "") : strings;
    } catch {
      // Its bytes are there; text they are not.
      return undefined;
    }
  }
  if (element.kind === "unsupported")
    throw sondeError("unsupported", `${key} holds what is not decoded: ${element.why}`, { what: element.why });
  if (!isNumeric(type) || element.kind === "reference") return undefined;
  const numbers = numbersOver(type, bytes);
  return single && numbers.length === 1 ? numbers[0] : numbers;
}

function stringsOf(type: DataType, strings: readonly Uint8Array[], shape: readonly number[], key: string): string | readonly string[] {
  const declared: StringType =
    type.kind === "string" ? type : { kind: "string", bytes: 0, padding: "null-terminated", charset: "utf-8", variable: true };
  const texts = strings.map((bytes) => textOf(bytes, declared, key));
  return shape.length === 0 ? (texts[0] ?? "") : texts;
}
