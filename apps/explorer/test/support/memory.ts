import { defineConnector, openConnector, type Stream } from "@sonde/core";
import { arrowType, batchOf, type FieldInfo, fieldOf, projectBatch, schemaOf, sliceTime, timeField } from "@sonde/core/connector";
import * as z from "zod";

export { fieldInfo } from "@sonde/core";

/** Rows at even distances whose value is a function of their number. */
export type Sample = {
  readonly start: bigint;
  readonly step: bigint;
  readonly rows: number;
  readonly value: (row: number) => number;
  readonly integers?: { readonly scale: number; readonly offset: number };
};

/** A stream of such rows in memory. */
export async function memoryStream(sample: Sample): Promise<Stream> {
  const source = await openConnector(samples, sample);
  return source.stream("sample");
}

const samples = defineConnector({
  id: "samples",
  options: z.custom<Sample>(),
  async connect({ start, step, rows, value, integers }) {
    const info: FieldInfo = { unit: "V", ...integers };
    const schema = schemaOf([timeField(), fieldOf("value", integers ? arrowType.int16() : arrowType.float64(), info)]);
    const times = BigInt64Array.from({ length: rows }, (_, row) => start + BigInt(row) * step);
    const values = Array.from({ length: rows }, (_, row) => value(row));
    const batch = batchOf(schema, { time: times, value: integers ? Int16Array.from(values) : Float64Array.from(values) });
    const stream = {
      id: "sample",
      name: "sample",
      describe: async () => ({
        kind: "series" as const,
        schema,
        rows,
        extent: { start, end: start + BigInt(rows - 1) * step + 1n },
        clock: { origin: start, ticks: 1n, per: step },
      }),
      async *read({
        range,
        columns,
      }: {
        readonly range?: { readonly start: bigint; readonly end: bigint };
        readonly columns?: readonly string[];
      }) {
        const part = projectBatch(range ? sliceTime(batch, range) : batch, columns);
        if (part.numRows > 0) yield part;
      },
    };
    return {
      client: undefined,
      info: {},
      async *streams() {
        yield stream;
      },
      stream: async () => stream,
      close: async () => {},
    };
  },
});
