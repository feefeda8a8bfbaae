import { batchOf, type Call, type Connector, cellOf, type Driver, type ReadQuery, type StreamDriver } from "@sonde/core/connector";
import type { RecordBatch, Schema } from "../../src/arrow.js";
import type { Fixture, SuiteName } from "../../src/index.js";
import type { Archive } from "../lab/archive.js";
import { type LabOptions, lab } from "../lab/lab.js";

export type LabConnector = Connector<string, LabOptions, LabOptions, Archive>;

/** A driver that is broken in one way, and the rule that must say so. */
export interface Mutant {
  readonly name: string;
  readonly suite: SuiteName;
  readonly rule: string;
  readonly connector: LabConnector;
  readonly fixture?: Partial<Fixture<LabOptions, Archive>>;
}

export const changeConnector = (change: Partial<LabConnector>): LabConnector => ({ ...lab, ...change });

export const changeDriver = (change: (driver: Driver<Archive>, options: LabOptions) => Partial<Driver<Archive>>): LabConnector => ({
  ...lab,
  async connect(options, call) {
    const driver = await lab.connect(options, call);
    return { ...driver, ...change(driver, options) };
  },
});

/** Changes every handle: listed, by id, and created. */
export const changeStream = (change: (stream: StreamDriver, archive: Archive) => Partial<StreamDriver>): LabConnector =>
  changeDriver((driver) => {
    const changed = (stream: StreamDriver): StreamDriver => ({ ...stream, ...change(stream, driver.client) });
    return {
      async *streams(query, call) {
        for await (const stream of driver.streams(query, call)) yield changed(stream);
      },
      stream: async (id, call) => changed(await driver.stream(id, call)),
      create: { stream: async (info, schema, call) => changed(await driver.create!.stream(info, schema, call)) },
    };
  });

export type Read = (query: ReadQuery, call: Call) => AsyncIterable<RecordBatch>;

export const changeRead = (
  change: (read: Read, query: ReadQuery, call: Call, stream: StreamDriver) => AsyncIterable<RecordBatch>,
): LabConnector =>
  changeStream((stream) => ({ read: (query, call) => change((query, call) => stream.read(query, call), query, call, stream) }));

/** Every batch of a read through `change`. */
export const changeBatches = (change: (batch: RecordBatch, index: number) => RecordBatch | readonly RecordBatch[]): LabConnector =>
  changeRead(async function* (read, query, call) {
    let index = 0;
    for await (const batch of read(query, call)) yield* [change(batch, index++)].flat();
  });

export const changeDescription = (change: (description: Awaited<ReturnType<StreamDriver["describe"]>>) => object): LabConnector =>
  changeStream((stream) => ({
    async describe(call) {
      const description = await stream.describe(call);
      return { ...description, ...change(description) };
    },
  }));

/** The same rows in another order, or under another schema of the same columns. */
export function rebuilt(
  batch: RecordBatch,
  {
    order,
    schema = batch.schema,
    cell = (_, value) => value,
  }: {
    order?: (rows: number[]) => number[];
    schema?: Schema;
    cell?: (column: string, value: unknown) => unknown;
  },
): RecordBatch {
  const rows = Array.from({ length: batch.numRows }, (_, row) => row);
  const columns = batch.schema.fields.map((field, index) => {
    const cells = (order?.(rows) ?? rows).map((row) => cell(field.name, cellOf(batch.data.children[index]!, row)));
    return [field.name, cells] as const;
  });
  return batchOf(schema, Object.fromEntries(columns));
}

/** A call that never aborts: what a driver makes of it that ignores its signal. */
export const deaf = (call: Call): Call => ({ ...call, signal: new AbortController().signal });
