import {
  type Call,
  type Connector,
  type Driver,
  type Progress,
  type StreamDriver,
  sondeError,
  type TimeRange,
} from "@sonde/core/connector";
import { pause, show, violation } from "./ensure.js";
import type { Fixture, OnStream } from "./fixture.js";
import { type Rows, readRows } from "./rows.js";

/** A call that the kit made, with the way to end it. */
export interface TestCall extends Call {
  readonly abort: (reason?: unknown) => void;
  /** Every progress that the driver has reported. */
  readonly progress: readonly Progress[];
}

export type StreamCapability = "windows" | "overview" | "newest" | "arrays" | "objects" | "versions" | "live" | "append";

/** An open archive, the stream in question, and the part of it to read. */
export interface Opened<Client = unknown> {
  readonly driver: Driver<Client>;
  readonly stream: StreamDriver;
  readonly range: TimeRange | undefined;
}

/** What a rule works with. Everything that it opens is closed when the rule ends. */
export interface Context<Client = unknown> {
  readonly connector: Connector;
  readonly fixture: Fixture<unknown, Client>;
  /** As core makes them: a signal of the call's own. */
  call(signal?: AbortSignal): TestCall;
  /** A new connection; `options` go through the connector's schema first. */
  connect(options?: unknown, call?: Call): Promise<Driver<Client>>;
  /** The rule's own connection, and the fixture's stream or another. */
  open(id?: string): Promise<Opened<Client>>;
  /** The same for the stream that the fixture names for a capability. */
  openFor(capability: StreamCapability): Promise<Opened<Client>>;
  /** All rows in the fixture's range, read once by a connection of their own and kept for all rules. */
  rows(id?: string, range?: TimeRange): Promise<Rows>;
  /** Requests so far; undefined where the fixture does not count. */
  requests(): number | undefined;
  /** What core does when a source closes: calls under way abort with `closed`, then the driver closes. */
  close(driver: Driver, calls: readonly TestCall[]): Promise<void>;
  release(): Promise<void>;
}

/** Rows that were read for all rules of one run, by stream. */
export type Kept = Map<string, Promise<Rows>>;

export function createContext<Client>(connector: Connector, fixture: Fixture<unknown, Client>, kept: Kept = new Map()): Context<Client> {
  const calls: TestCall[] = [];
  const drivers: Driver[] = [];
  let own: Promise<Driver<Client>> | undefined;

  const context: Context<Client> = {
    connector,
    fixture,
    call(signal) {
      const controller = new AbortController();
      const progress: Progress[] = [];
      const call: TestCall = {
        signal: signal ?? controller.signal,
        progress,
        onProgress: (report) => progress.push(report),
        abort: (reason) => controller.abort(reason),
      };
      calls.push(call);
      return call;
    },
    async connect(options, call = context.call()) {
      const input = options ?? (await fixtureOptions(fixture));
      const parsed = await connector.options["~standard"].validate(input);
      if (parsed.issues !== undefined) {
        throw violation(`the schema refuses the fixture's options: ${parsed.issues.map((issue) => issue.message).join("; ")}`);
      }
      // A connector of this fixture has this fixture's client: `conformance` ties both by type.
      const driver = (await connector.connect(parsed.value, call)) as Driver<Client>;
      drivers.push(driver);
      return driver;
    },
    async open(id = fixture.stream.id) {
      const driver = await (own ??= context.connect());
      const range = id === fixture.stream.id ? fixture.stream.range : undefined;
      return { driver, stream: await driver.stream(id, context.call()), range };
    },
    async openFor(capability) {
      const where: OnStream = fixture[capability] ?? {};
      const opened = await context.open(where.stream);
      return where.range === undefined ? opened : { ...opened, range: where.range };
    },
    rows(id = fixture.stream.id, range = id === fixture.stream.id ? fixture.stream.range : undefined) {
      const key = JSON.stringify([id, show(range?.start), show(range?.end)]);
      let rows = kept.get(key);
      if (rows === undefined) kept.set(key, (rows = readOnce(connector, fixture, id, range)));
      return rows;
    },
    requests() {
      const requests = fixture.requests?.();
      return typeof requests === "object" ? requests.length : requests;
    },
    async close(driver, underWay) {
      const closed = sondeError("closed", `the source of '${connector.id}' is closed: open another`, {});
      for (const call of underWay) call.abort(closed);
      await driver.close();
    },
    async release() {
      const closed = sondeError("closed", "the rule has ended", {});
      for (const call of calls.splice(0)) call.abort(closed);
      // A driver that hangs in close, or rejects, is another rule's affair.
      await Promise.race([Promise.allSettled(drivers.splice(0).map(async (driver) => driver.close())), pause(1000)]);
      own = undefined;
    },
  };
  return context;
}

async function fixtureOptions(fixture: Fixture): Promise<unknown> {
  // Options are data; a function is the fixture's maker of them.
  return typeof fixture.options === "function" ? (fixture.options as () => unknown)() : fixture.options;
}

async function readOnce<Client>(
  connector: Connector,
  fixture: Fixture<unknown, Client>,
  id: string,
  range: TimeRange | undefined,
): Promise<Rows> {
  const context = createContext(connector, fixture);
  try {
    const { stream } = await context.open(id);
    return await readRows(stream.read(range === undefined ? {} : { range }, context.call()));
  } finally {
    await context.release();
  }
}
