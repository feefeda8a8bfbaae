import { defineConnector, openConnector, type Source, sondeError } from "@sonde/core";
import { extentOf, projectBatch, type RecordBatch, type StreamDriver, sliceTime, type Table } from "@sonde/core/connector";
import * as z from "zod";

type Tables = { readonly name: string; readonly table: Table };

/** A table in memory as a source with one stream. Rejects `unsupported` for one without times in nanoseconds that never descend. */
export function tableSource(name: string, table: Table): Promise<Source> {
  return openConnector(tables, { name, table });
}

const tables = defineConnector({
  id: "table",
  options: z.custom<Tables>(),
  async connect({ name, table }) {
    const [first] = table.schema.fields;
    if (first?.name !== "time" || !String(first.type).startsWith("Timestamp<NANOSECOND")) {
      const there = table.schema.fields.map((field) => `${field.name} (${field.type})`).join(", ");
      throw sondeError("unsupported", `${name} has no first column "time" of nanoseconds: it has ${there}`, {
        what: "tables without time",
      });
    }
    const batches: readonly RecordBatch[] = table.batches.filter(({ numRows }) => numRows > 0);
    const stream: StreamDriver = {
      id: name,
      name,
      kind: "series",
      describe: async () => ({ kind: "series", schema: table.schema, rows: table.numRows, extent: extentOf(batches) }),
      async *read({ range, columns }, { signal }) {
        for (const batch of batches) {
          signal.throwIfAborted();
          const rows = projectBatch(range ? sliceTime(batch, range) : batch, columns);
          if (rows.numRows > 0) yield rows;
        }
      },
    };
    return {
      client: undefined,
      info: {},
      async *streams() {
        yield stream;
      },
      async stream(id) {
        if (id === name) return stream;
        throw sondeError("not-found", `${name} holds one stream, called as itself`, { id });
      },
      close: async () => {},
    };
  },
});
