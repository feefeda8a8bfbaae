import type { RecordBatch, Schema } from "apache-arrow";
import type { Call, Description, Driver, ReadQuery, StreamDriver, WindowQuery } from "../../src/contract.js";
import { sondeError } from "../../src/errors.js";
import { defineConnector } from "../../src/source/connector.js";
import { batchOf } from "../../src/table/batch.js";
import { sliceTime } from "../../src/table/column.js";
import { fieldOf, timeField } from "../../src/table/field.js";
import { projectSchema, schemaOf } from "../../src/table/schema.js";
import { arrowType } from "../../src/table/types.js";

export const origin = 1_600_000_000_000_000_001n;
export const step = 1_000_000n;

export const schema = schemaOf([timeField(), fieldOf("value", arrowType.float64(), { unit: "V" }), fieldOf("other", arrowType.int32())]);

/** Rows `from <= k < to` at origin + k * step, value k. */
export function rows(from: number, to: number, of: Schema = schema): RecordBatch {
  const indices = Array.from({ length: to - from }, (_, k) => from + k);
  return batchOf(of, {
    time: BigInt64Array.from(indices, (k) => origin + BigInt(k) * step),
    value: Float64Array.from(indices),
    other: Int32Array.from(indices, (k) => -k),
  });
}

export interface Behaviour {
  rows: number;
  batchRows: number;
  /** Called before each batch. */
  before(batch: number, call: Call): Promise<void> | void;
  stream: Partial<StreamDriver>;
  description: Partial<Description>;
}

/** A connector over rows made on demand, with a record of what was asked of it. */
export function fixture(behaviour: Partial<Behaviour> = {}) {
  const total = behaviour.rows ?? 1000;
  const batchRows = behaviour.batchRows ?? 100;
  const log = {
    reads: [] as ReadQuery[],
    windows: [] as WindowQuery[],
    describes: 0,
    batches: 0,
    returned: 0,
    closed: 0,
    calls: [] as Call[],
  };
  const stream: StreamDriver = {
    id: "a",
    name: "alpha",
    kind: "series",
    async describe(call) {
      log.describes++;
      log.calls.push(call);
      const extent = { start: origin, end: origin + BigInt(total - 1) * step + 1n };
      return { kind: "series", schema, extent: total === 0 ? null : extent, rows: total, ...behaviour.description };
    },
    async *read(query, call) {
      log.reads.push(query);
      log.calls.push(call);
      try {
        for (let from = 0; from < total; from += batchRows) {
          await behaviour.before?.(from / batchRows, call);
          log.batches++;
          const whole = rows(from, Math.min(total, from + batchRows));
          const batch = query.range ? sliceTime(whole, query.range) : whole;
          if (batch.numRows > 0)
            yield query.columns ? batch.select(projectSchema(schema, query.columns).fields.map((field) => field.name) as never[]) : batch;
        }
      } finally {
        log.returned++;
      }
    },
    ...behaviour.stream,
  };
  const other: StreamDriver = { ...stream, id: "b", name: "twin" };
  const third: StreamDriver = { ...stream, id: "c", name: "twin" };
  const driver: Driver<{ native: true }> = {
    client: { native: true },
    info: { version: "1", limit: 2n ** 60n },
    async *streams({ name }) {
      for (const one of [stream, other, third]) if (name === undefined || one.name === name) yield one;
    },
    async stream(id) {
      const found = [stream, other, third].find((one) => one.id === id);
      if (found === undefined) throw sondeError("not-found", `no stream '${id}'`, { id });
      return found;
    },
    async close() {
      log.closed++;
    },
  };
  const connector = defineConnector({
    id: "fixture",
    options: {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: (input: unknown) =>
          typeof input === "object" && input !== null && "path" in input
            ? { value: { path: String(input.path) } }
            : { issues: [{ message: "expected a path", path: ["path"] }] },
        types: undefined as unknown as { input: { path: string }; output: { path: string } },
      },
    },
    address: { schemes: ["fixture", "file"], extensions: [".fix"], toOptions: (url) => ({ path: url.pathname }) },
    connect: async () => driver,
  });
  return { connector, log, open: () => connector.open({ path: "x" }) };
}
