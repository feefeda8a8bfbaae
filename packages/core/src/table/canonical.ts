import {
  Binary,
  Bool,
  Data,
  DataType,
  Date_,
  Decimal,
  Duration,
  Field,
  FixedSizeBinary,
  FixedSizeList,
  Float,
  Int,
  LargeBinary,
  LargeUtf8,
  List,
  Map_,
  makeData,
  Null,
  RecordBatch,
  Schema,
  Struct,
  Time,
  Timestamp,
  Utf8,
  type Vector,
} from "apache-arrow";
import { sondeError } from "../errors.js";
import { concatData } from "./concat.js";
import { childFields, emptyData } from "./empty.js";
import { takeData } from "./take.js";

/**
 * The one place that gives batches our types. Arrow compares types by `a.constructor`, in one direction: a table of our
 * batches and decoded ones throws, and the IPC writer drops the rest of a file in silence. Types of another copy of
 * Arrow (two versions in one `node_modules`) compare unequal too. So every batch is put under base-class types of this copy.
 */
export function canonicalBatch(batch: RecordBatch, schema: Schema = canonicalSchema(batch.schema)): RecordBatch {
  if (batch instanceof RecordBatch && batch.schema === schema) return batch;
  const children = schema.fields.map((field, index) => {
    const data = batch.data.children[index];
    if (data === undefined) throw sondeError("contract", `batch lacks column '${field.name}'`, { rule: "schema" });
    return canonicalData(data, field.type);
  });
  const data = makeData({ type: new Struct(schema.fields), length: batch.numRows, nullCount: 0, children });
  return new RecordBatch(schema, data);
}

/** The same fields and metadata under canonical types. Equal input gives an equal result; it is not cached. */
export function canonicalSchema(schema: Schema): Schema {
  return new Schema(schema.fields.map(canonicalField), new Map(schema.metadata));
}

function canonicalField(field: Field): Field {
  return new Field(field.name, canonicalType(field.type), field.nullable, new Map(field.metadata));
}

/** Dictionaries become what they stand for: their ids differ from batch to batch. Unions and run-end encoding are refused. */
export function canonicalType(type: DataType): DataType {
  if (DataType.isDictionary(type)) return canonicalType(type.dictionary);
  if (DataType.isNull(type)) return new Null();
  if (DataType.isInt(type)) return new Int(type.isSigned, type.bitWidth);
  if (DataType.isFloat(type)) return new Float(type.precision);
  if (DataType.isBool(type)) return new Bool();
  if (DataType.isUtf8(type)) return new Utf8();
  if (DataType.isLargeUtf8(type)) return new LargeUtf8();
  if (DataType.isBinary(type)) return new Binary();
  if (DataType.isLargeBinary(type)) return new LargeBinary();
  if (DataType.isFixedSizeBinary(type)) return new FixedSizeBinary(type.byteWidth);
  if (DataType.isDecimal(type)) return new Decimal(type.scale, type.precision, type.bitWidth);
  if (DataType.isTimestamp(type)) return new Timestamp(type.unit, type.timezone);
  if (DataType.isDate(type)) return new Date_(type.unit);
  if (DataType.isTime(type)) return new Time(type.unit, type.bitWidth);
  if (DataType.isDuration(type)) return new Duration(type.unit);
  if (DataType.isList(type)) return new List(canonicalField(firstField(type)));
  if (DataType.isFixedSizeList(type)) return new FixedSizeList(type.listSize, canonicalField(firstField(type)));
  if (DataType.isStruct(type)) return new Struct(type.children.map(canonicalField));
  // Map's child is the struct of key and value.
  if (DataType.isMap(type)) return new Map_(canonicalField(firstField(type)) as Field<Struct>, type.keysSorted);
  throw sondeError("unsupported", `columns of Arrow type ${type} are not supported: convert them to plain types first`, {
    what: String(type),
  });
}

function firstField(type: DataType): Field {
  // Lists and maps have exactly one child by construction.
  return type.children[0] as Field;
}

function canonicalData(data: Data, type: DataType): Data {
  if (DataType.isDictionary(data.type)) return plainData(data, type);
  // Arrow's builder leaves out the child of a list that never held anything.
  const children = childFields(type).map((field, index) => {
    const child: Data | undefined = data.children[index];
    return child ? canonicalData(child, field.type) : emptyData(field.type);
  });
  return new Data(type, data.offset, data.length, data.nullCount, data.buffers, children);
}

/** A dictionary's values, one for each row. */
function plainData(data: Data, type: DataType): Data {
  // A Data of a dictionary type carries its dictionary; a delta adds a chunk to it.
  const dictionary = (data.dictionary as Vector).data.map((chunk) => canonicalData(chunk, type));
  const rows = Int32Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? Number(data.values[row]) : -1));
  return takeData(dictionary.length === 0 ? emptyData(type) : concatData(type, dictionary), rows);
}
