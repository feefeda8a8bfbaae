import type { Call, Driver, StreamDriver, TimeRange } from "@sonde/core/connector";
import { quantitiesOf, wholeWindows } from "./brute-force.js";
import type { Context, StreamCapability } from "./context.js";
import { gather } from "./rows.js";

/** One call of the contract, so that rules on signals can be tried on each. */
export interface ContractCall {
  readonly name: string;
  /** Where its stream is to be found. */
  readonly capability?: StreamCapability;
  present(driver: Driver, stream: StreamDriver): boolean;
  /** Begins the call and takes its first piece. */
  first(
    target: { readonly driver: Driver; readonly stream: StreamDriver; readonly range: TimeRange | undefined; readonly context: Context },
    call: Call,
  ): Promise<unknown>;
}

const firstOf = async (items: AsyncIterable<unknown> | undefined) => items && (await gather(items, 1))[0];

/** In the contract's order; `connect` is tried apart, having no driver. Calls that write are left out. */
export const contractCalls: readonly ContractCall[] = [
  { name: "streams", present: () => true, first: ({ driver }, call) => firstOf(driver.streams({}, call)) },
  { name: "stream", present: () => true, first: ({ driver, stream }, call) => driver.stream(stream.id, call) },
  { name: "describe", present: () => true, first: ({ stream }, call) => stream.describe(call) },
  { name: "read", present: () => true, first: ({ stream, range }, call) => firstOf(stream.read(range ? { range } : {}, call)) },
  {
    name: "windows.read",
    capability: "windows",
    present: (_, { windows }) => windows !== undefined,
    async first({ stream, range: given, context }, call) {
      const { windows } = stream;
      const { schema } = await stream.describe(context.call());
      const { times } = await context.rows(stream.id, given);
      const [start = 0n, last = 0n] = [times[0], times.at(-1)];
      if (windows === undefined) return;
      const [width = 2n ** BigInt((last - start + 2n).toString(2).length - 2)] =
        context.fixture.windows?.widths ?? (typeof windows.widths === "string" ? [] : windows.widths);
      const range = wholeWindows({ start, end: last + 1n }, width);
      const columns = quantitiesOf(schema).map(({ name }) => name);
      // Of columns that are statistics already, what can be merged depends on which they are.
      const asked = columns.length > 0 ? { columns, statistics: windows.statistics } : { statistics: windows.statistics.slice(0, 1) };
      return firstOf(windows.read({ range, width, ...asked }, call));
    },
  },
  {
    name: "overview.read",
    capability: "overview",
    present: (_, { overview }) => overview !== undefined,
    first: ({ stream, range }, call) => firstOf(stream.overview?.read({ level: 1, ...(range ? { range } : {}) }, call)),
  },
  {
    name: "newest.read",
    capability: "newest",
    present: (_, { newest }) => newest !== undefined,
    first: ({ stream }, call) => firstOf(stream.newest?.read({ rows: 1 }, call)),
  },
  {
    name: "arrays.read",
    capability: "arrays",
    present: (_, { arrays }) => arrays !== undefined,
    first: ({ stream, range }, call) => firstOf(stream.arrays?.read(range ? { range } : {}, call)),
  },
  {
    name: "objects.list",
    capability: "objects",
    present: (_, { objects }) => objects !== undefined,
    first: ({ stream, range }, call) => firstOf(stream.objects?.list(range, call)),
  },
  {
    name: "objects.get",
    capability: "objects",
    present: (_, { objects }) => objects !== undefined,
    async first({ stream, range, context }, call) {
      const [object] = stream.objects ? await gather(stream.objects.list(range, context.call()), 1) : [];
      return object && stream.objects?.get(object.key, call);
    },
  },
  {
    name: "versions.current",
    capability: "versions",
    present: (_, { versions }) => versions !== undefined,
    first: async ({ stream }, call) => stream.versions?.current(call),
  },
  {
    name: "versions.changes",
    capability: "versions",
    present: (_, { versions }) => versions?.changes !== undefined,
    async first({ stream, context }, call) {
      const current = (await stream.versions?.current(context.call())) ?? "";
      return firstOf(stream.versions?.changes?.(current, current, call));
    },
  },
  {
    name: "live.follow",
    capability: "live",
    present: (_, { live }) => live !== undefined,
    first: ({ stream }, call) => firstOf(stream.live?.follow({}, call)),
  },
  {
    name: "collections.list",
    present: ({ collections }) => collections !== undefined,
    first: ({ driver }, call) => firstOf(driver.collections?.list({}, call)),
  },
];
