import type { Call, Description, RecordBatch, StreamDriver, TimeRange } from "@sonde/core/connector";
import { timesOf } from "@sonde/core/connector";
import { toldRows } from "./counted.js";
import type { InfluxContext } from "./driver.js";
import { reversed } from "./rows.js";
import { readSelect, type SelectOptions, selectOf } from "./select.js";
import { windowsOf } from "./windows.js";

/** One topic, all but `live`. */
export function topicDriver(context: InfluxContext, name: string): StreamDriver {
  const { session } = context;
  const select = async (options: SelectOptions, call: Call) => selectOf(session.place, await context.topic(name, call), options);

  const read = async function* (options: SelectOptions, call: Call): AsyncGenerator<RecordBatch> {
    call.signal.throwIfAborted();
    const selected = await select(options, call);
    yield* toldRows(readSelect(session.transport, selected, call), call);
  };

  const edge = async (newest: boolean, call: Call): Promise<bigint | undefined> => {
    const { query, ...plan } = await select({ newest: 1 }, call);
    const ordered = newest ? query : query?.replace(" ORDER BY time DESC", "");
    for await (const batch of readSelect(session.transport, { ...plan, query: ordered }, call)) return timesOf(batch)[0];
    return undefined;
  };

  return {
    id: name,
    name,
    kind: "series",
    async describe(call): Promise<Description> {
      call.signal.throwIfAborted();
      const { schema } = await select({}, call);
      const [first, last] = await Promise.all([edge(false, call), edge(true, call)]);
      const extent: TimeRange | null = first === undefined || last === undefined ? null : { start: first, end: last + 1n };
      return { kind: "series", schema, extent };
    },
    read: ({ range, columns }, call) => read({ range, columns }, call),
    windows: windowsOf(context, name),
    newest: {
      async *read({ rows, columns }, call) {
        const batches: RecordBatch[] = [];
        if (rows > 0) for await (const batch of read({ newest: rows, columns }, call)) batches.push(batch);
        yield* reversed(batches);
      },
    },
  };
}
