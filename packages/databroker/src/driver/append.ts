import {
  type Call,
  cellOf,
  type Data,
  type Field,
  fieldInfo,
  type RecordBatch,
  schemaText,
  sondeError,
  timesOf,
} from "@sonde/core/connector";
import type { DocumentPair } from "../event-model/documents.js";
import { recordOf } from "../event-model/own.js";
import { secondsOf } from "../event-model/seconds.js";
import { parseJson } from "../files/json/parse.js";
import type { RunContext } from "../run/context.js";
import type { StreamData } from "./stream-data.js";

/** Adds rows as events of the stream's last descriptor. Their times are stored as float seconds. Arrays outside of documents can't be added so. */
export async function appendRows(
  context: RunContext,
  stream: string,
  batch: RecordBatch,
  call: Call,
  load: (call: Call) => Promise<StreamData>,
): Promise<void> {
  const { schema } = await load(call);
  if (schemaText(batch.schema) !== schemaText(schema)) {
    throw sondeError("contract", `rows of '${stream}' have the columns ${schemaText(schema)}, not ${schemaText(batch.schema)}`, {
      rule: "schema",
    });
  }
  const descriptor = (await context.descriptorsOf(stream, call)).at(-1);
  if (descriptor === undefined || context.backend.insert === undefined) {
    throw sondeError("unsupported", `${context.backend.name} takes no events`, { what: "append" });
  }
  const times = timesOf(batch);
  const fields = schema.fields.map((field: Field, index: number) => ({ field, data: batch.data.children[index] as Data })); // as many as fields
  const columns = fields.filter(({ field }) => field.name !== "time" && field.name !== "seq_num");
  const numbers = fields.find(({ field }) => field.name === "seq_num")?.data;
  for (const [row, nanos] of times.entries()) {
    call.signal.throwIfAborted();
    const time = secondsOf(nanos);
    const cells = columns.flatMap(({ field, data }) => {
      const cell = storedCell(field, cellOf(data, row), stream);
      return cell === null ? [] : [[field.name, cell] as const];
    });
    const event: DocumentPair = [
      "event",
      {
        uid: crypto.randomUUID(),
        descriptor: descriptor.uid,
        seq_num: Number(numbers === undefined ? row + 1 : cellOf(numbers, row)),
        time,
        data: recordOf(cells),
        timestamps: recordOf(cells.map(([name]) => [name, time])),
        filled: {},
      },
    ];
    await context.backend.insert(event[0], event[1], call);
  }
}

/** A cell as documents hold it. */
function storedCell(field: Field, cell: unknown, stream: string): unknown {
  if (cell === null) return null;
  const { role, encoding } = fieldInfo(field);
  if (typeof cell === "bigint") return Number.isSafeInteger(Number(cell)) ? Number(cell) : cell;
  if (typeof cell === "string" && encoding === "json") return parseJson(cell);
  if (typeof cell === "string" && role === "array") {
    throw sondeError("unsupported", `'${field.name}' of '${stream}' lies outside of the documents: insert its datums instead`, {
      what: "arrays",
    });
  }
  return cell;
}
