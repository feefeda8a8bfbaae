import type { Schema } from "apache-arrow";
import type { Description, StreamDriver, TimeRange } from "../contract.js";
import { sondeError } from "../errors.js";
import { canonicalSchema } from "../table/canonical.js";
import { timesOf } from "../table/column.js";
import { expandColumns } from "../table/columns.js";
import type { Calls } from "./call.js";
import type { CallOptions, ReadOptions } from "./types.js";
import { resolveWithin } from "./within.js";

/** What the questions to one stream share: its driver, the calls under way, and what was learned of it. */
export interface StreamContext {
  readonly driver: StreamDriver;
  readonly calls: Calls;
  /** "btrdb 'NW/stream0'": begins every message. */
  readonly label: string;
  describe(options?: CallOptions): Promise<Description>;
  /** This context for the length of one question: it describes the stream no more than once, however many steps ask. */
  question(): StreamContext;
  /** Of the stream, asked once: what a stream's rows look like does not change under a reader. */
  schema(options?: CallOptions): Promise<Schema>;
  range(options: ReadOptions): Promise<TimeRange | undefined>;
  /** Column names only, quantities expanded; undefined is all. */
  columns(options: ReadOptions): Promise<readonly string[] | undefined>;
  /** Rejects `unsupported`, naming what the stream can do instead. */
  unsupported(what: string): Error;
}

const abilities = ["windows", "overview", "newest", "arrays", "objects", "versions", "live", "append"] as const;

export function streamContext(connector: string, driver: StreamDriver, calls: Calls): StreamContext {
  const label = `${connector} '${driver.id}'`;
  const describe: StreamContext["describe"] = async (options) => {
    const description = await calls.run(`describing '${driver.id}'`, options, (call) => driver.describe(call));
    return { ...description, schema: canonicalSchema(description.schema) };
  };
  const shared = { driver, calls, label, learned: {} };
  return { ...contextOf(shared, describe), question: () => aQuestion(shared, describe) };
}

type Shared = Pick<StreamContext, "driver" | "calls" | "label"> & { readonly learned: { schema?: Schema } };

function aQuestion(shared: Shared, describe: StreamContext["describe"]): StreamContext {
  let description: Promise<Description> | undefined;
  const question: StreamContext = {
    ...contextOf(shared, (options) => {
      description ??= describe(options);
      return description;
    }),
    question: () => question,
  };
  return question;
}

function contextOf({ driver, calls, label, learned }: Shared, describe: StreamContext["describe"]): Omit<StreamContext, "question"> {
  /** The extent, from the description or, where that leaves it out, from the newest row. */
  async function extent(options: CallOptions): Promise<TimeRange | null> {
    const known = (await describe(options)).extent;
    if (known !== undefined) return known;
    const { newest } = driver;
    if (newest === undefined) {
      throw sondeError("unsupported", `${label} does not say where its data ends: give start and end instead of last`, { what: "last" });
    }
    let end: bigint | undefined;
    const rows = calls.iterate(`reading the newest row of '${driver.id}'`, options, (call) => newest.read({ rows: 1, columns: [] }, call));
    for await (const batch of rows) end = timesOf(batch).at(-1);
    return end === undefined ? null : { start: end, end: end + 1n };
  }

  async function schemaOf(options?: CallOptions): Promise<Schema> {
    learned.schema ??= (await describe(options)).schema;
    return learned.schema;
  }
  return {
    driver,
    calls,
    label,
    describe,
    schema: schemaOf,
    range: (options) => resolveWithin(options, () => extent(options)),
    async columns(options) {
      return options.columns === undefined ? undefined : expandColumns(await schemaOf(options), options.columns);
    },
    unsupported(what) {
      const there = abilities.filter((ability) => driver[ability] !== undefined);
      const can = there.length > 0 ? `besides reading it has ${there.join(", ")}` : "it can only be read";
      return sondeError("unsupported", `${label} has no ${what}: ${can}`, { what });
    },
  };
}
