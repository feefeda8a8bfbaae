import type { Collection, CollectionQuery, Driver, StreamDriver, StreamQuery } from "../contract.js";
import { isSondeError, sondeError } from "../errors.js";
import { canonicalSchema } from "../table/canonical.js";
import { isEmpty } from "../time/range.js";
import type { Calls } from "./call.js";
import { inspectable } from "./inspect.js";
import { many } from "./many.js";
import { createStream } from "./stream.js";
import type { Source } from "./types.js";
import { resolveWithin } from "./within.js";

/** An open archive as users hold it, over the driver. */
export function createSource<Client, Id extends string>(connector: Id, driver: Driver<Client>, calls: Calls): Source<Client, Id> {
  const wrap = (stream: StreamDriver) => createStream(connector, stream, calls);
  let closing: Promise<void> | undefined;

  async function close(): Promise<void> {
    closing ??= (async () => {
      const started = performance.now();
      calls.close();
      await driver.close();
      calls.observe({ kind: "close", target: connector, milliseconds: performance.now() - started, bytes: 0 });
    })();
    return closing;
  }

  const source: Source<Client, Id> = {
    connector,
    client: driver.client,
    info: driver.info,
    supports: (ability) => driver[ability] !== undefined,
    streams: ({ signal, onProgress, ...query } = {}) =>
      many(async function* () {
        const found = calls.iterate("listing streams", { signal, onProgress }, (call) => driver.streams(query, call));
        for await (const stream of found) yield wrap(stream);
      }),
    async stream(id, options) {
      return wrap(await findStream(connector, driver, calls, id, options));
    },
    collections: ({ where, ...options } = {}) =>
      many<Collection>(async function* () {
        const { collections } = driver;
        if (collections === undefined) {
          throw sondeError("unsupported", `${connector} has no collections: list its streams instead`, { what: "collections" });
        }
        const range = await resolveWithin(options, async () => {
          throw sondeError("unsupported", "collections are listed by start and end, not by last", { what: "last" });
        });
        if (range !== undefined && isEmpty(range)) return;
        const query: CollectionQuery = { ...(range === undefined ? {} : { range }), ...(where === undefined ? {} : { where }) };
        yield* calls.iterate("listing collections", options, (call) => collections.list(query, call));
      }),
    async create(info, schema, options) {
      const { create } = driver;
      if (create === undefined) throw sondeError("unsupported", `${connector} takes no new streams`, { what: "create" });
      const made = await calls.run(`creating stream '${info.name}'`, options, (call) => create.stream(info, canonicalSchema(schema), call));
      return wrap(made);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return inspectable(source, () => `Source ${connector}${closing === undefined ? "" : " (closed)"} ${JSON.stringify(driver.info, digits)}`);
}

/** By id; a text that is no id is tried as a name, and taken where only one stream has it. */
async function findStream(
  connector: string,
  driver: Driver,
  calls: Calls,
  id: string,
  options: Parameters<Source["stream"]>[1],
): Promise<StreamDriver> {
  try {
    return await calls.run(`finding stream '${id}'`, options, (call) => driver.stream(id, call));
  } catch (error) {
    if (!isSondeError(error, "not-found")) throw error;
    const named: StreamDriver[] = [];
    const query: StreamQuery = { name: id };
    for await (const stream of calls.iterate("listing streams", options, (call) => driver.streams(query, call))) {
      named.push(stream);
      if (named.length > 9) break;
    }
    const [only] = named;
    if (only === undefined) throw error;
    if (named.length === 1) return only;
    const ids = named.map((stream) => `'${stream.id}'`).join(", ");
    throw sondeError("not-found", `${connector}: several streams are named '${id}': ask by id, one of ${ids}`, { id, cause: error });
  }
}

const digits = (_key: string, value: unknown) => (typeof value === "bigint" ? String(value) : value);
