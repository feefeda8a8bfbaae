import { arrowType, batchOf, fieldOf, schemaOf, tableOf, timeField } from "@sonde/core/connector";

const rows = 1000;
const every = (values) => Array.from({ length: rows }, (_, row) => values[row % values.length]);
const holes = (values) => every(values).map((value, row) => (row % 7 === 3 ? null : value));

/** Columns by name: their type, what they say of themselves, and a cell for each row; null makes a column nullable. */
const columns = {
  time: {
    type: arrowType.nanos(),
    cells: Array.from({ length: rows }, (_, row) => -1_000_000_000_000_000_001n + BigInt(row) * 5_000_000_000_000_001n),
  },
  int8: { type: arrowType.int8(), cells: every([-128, 127, 0]) },
  int16: { type: arrowType.int16(), cells: every([-32_768, 32_767, -1]), info: { unit: "µV", scale: 0.195, description: "as converted" } },
  int32: { type: arrowType.int32(), cells: every([-(2 ** 31), 2 ** 31 - 1, 5]) },
  int64: { type: arrowType.int64(), cells: every([-(2n ** 63n), 2n ** 63n - 1n, 2n ** 53n + 1n, 0n]), info: { role: "tick" } },
  uint8: { type: arrowType.uint8(), cells: every([0, 255]) },
  uint16: { type: arrowType.uint16(), cells: every([0, 65_535]) },
  uint32: { type: arrowType.uint32(), cells: every([0, 2 ** 32 - 1]) },
  uint64: { type: arrowType.uint64(), cells: every([0n, 2n ** 64n - 1n, 2n ** 63n]) },
  float32: {
    type: arrowType.float32(),
    cells: every([0.5, -0, Number.NaN, Number.POSITIVE_INFINITY, Math.fround(0.1), 1.401298464324817e-45]),
  },
  float64: { type: arrowType.float64(), cells: every([0.1, -0, Number.NaN, Number.NEGATIVE_INFINITY, 5e-324, Number.MAX_VALUE]) },
  bool: { type: arrowType.bool(), cells: every([true, false, false]) },
  text: {
    type: arrowType.utf8(),
    cells: every(["", "µV 神経 \u{1f9e0}", 'a "quoted", text', "two\nlines", "NaN", "null", " spaces ", "x".repeat(300)]),
  },
  bytes: { type: arrowType.binary(), cells: every([new Uint8Array(0), Uint8Array.of(0, 255, 10, 34), Uint8Array.of(1)]) },
  nullable_int64: { type: arrowType.int64(), cells: holes([-(2n ** 63n), 2n ** 63n - 1n]) },
  nullable_uint8: { type: arrowType.uint8(), cells: holes([0, 255, 7]) },
  nullable_float64: { type: arrowType.float64(), cells: holes([Number.NaN, 1.5, -0]) },
  nullable_bool: { type: arrowType.bool(), cells: holes([true, false]) },
  nullable_text: { type: arrowType.utf8(), cells: holes(["", "text", "null"]) },
  nullable_bytes: { type: arrowType.binary(), cells: holes([new Uint8Array(0), Uint8Array.of(1, 2)]) },
  nullable_time: { type: arrowType.nanos(), cells: holes([0n, -1n, 1_766_000_000_123_456_789n]) },
  only_nulls: { type: arrowType.float64(), cells: every([null]) },
};
/** These are JSON in formats without nesting. */
const nested = {
  waveform: {
    type: arrowType.fixedSizeList(arrowType.float32(), 3),
    cells: every([Float32Array.of(1, -0.5, 0.25), Float32Array.of(0, 2, 3)]),
  },
  list: { type: arrowType.list(arrowType.float64()), cells: holes([[0.1, 2], [], [3]]) },
  texts: { type: arrowType.list(arrowType.utf8()), cells: every([["a", "µ"], []]) },
  record: {
    type: arrowType.struct([fieldOf("x", arrowType.float64()), fieldOf("name", arrowType.utf8(), {}, true)]),
    cells: every([
      { x: 0.5, name: "a" },
      { x: -2, name: null },
    ]),
  },
};

/** Tables to be written, by name: each with its cells by column, and the metadata of schema and fields. */
export function ourTables() {
  const all = { ...columns, ...nested };
  return {
    "every type": made(all, [rows]),
    "several batches": made(all, [1, 333, 500, 166]),
    "plain columns": made(columns, [600, 400]),
    "times alone": made({ time: columns.time }, [rows]),
    "a row": made(all, [1]),
  };
}

function made(chosen, lengths) {
  const fields = Object.entries(chosen).map(([name, { type, info, cells }]) =>
    name === "time" ? timeField() : fieldOf(name, type, info ?? {}, cells.includes(null)),
  );
  const schema = schemaOf(fields, new Map([["note", "µV \u{1f9e0}"]]));
  let start = 0;
  const batches = lengths.map((length) => {
    const from = start;
    start += length;
    return batchOf(schema, Object.fromEntries(Object.entries(chosen).map(([name, { cells }]) => [name, cells.slice(from, start)])));
  });
  const cells = Object.fromEntries(Object.entries(chosen).map(([name, column]) => [name, column.cells.slice(0, start)]));
  return { table: tableOf(schema, batches), cells };
}
