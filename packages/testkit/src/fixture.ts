import type { Collection, CollectionQuery, Driver, Nanos, StreamDriver, TimeRange } from "@sonde/core/connector";
import type { Context } from "./context.js";
import type { RecordedRequest } from "./requests.js";

/** A small archive of known content, and what is known of it. Only `options` and `stream` are needed; each more lets more rules be tried. */
export interface Fixture<Input = unknown, Client = unknown> {
  /** What a user would pass to `open`. A function gives fresh ones to every rule: needed where rules write. */
  readonly options: Input | (() => Input | Promise<Input>);
  readonly stream: StreamFixture;
  /** Options that the schema must refuse. */
  readonly invalid?: readonly unknown[];
  /** Options with wrong credentials: something of connect, listing or reading rejects `auth`. */
  readonly unauthorised?: Input;
  /** Options of an archive that is not there: something rejects `connection`, retryable. */
  readonly unreachable?: Input;
  /** Options of an archive that takes requests and never answers. */
  readonly silent?: Input;
  readonly damaged?: DamagedFixture<Input>;
  readonly hostile?: HostileFixture<Input>;
  /** Passwords and keys in the options: no error, no metadata may hold them. */
  readonly secrets?: readonly string[];
  /** The requests that the archive has seen so far: their number, or each with its signal (`recordFetch` gives these). */
  readonly requests?: () => number | readonly RecordedRequest[];
  /** Files and sockets that are open now. */
  readonly handles?: () => number;
  /** Requests or batches that a read may be ahead of its consumer. 4 where absent. */
  readonly lookAhead?: number;
  /** Requests that one `describe` may make. 8 where absent. */
  readonly describeRequests?: number;
  /** How long a rule may take, in ms. 10,000 where absent. */
  readonly timeout?: number;

  readonly windows?: WindowsFixture;
  readonly overview?: OnStream & { readonly levels?: readonly number[] };
  readonly newest?: OnStream;
  readonly arrays?: OnStream & { readonly field?: string; readonly levels?: readonly number[] };
  readonly objects?: OnStream;
  readonly versions?: OnStream & { change?(stream: StreamDriver, driver: Driver<Client>): Promise<void> };
  readonly live?: LiveFixture<Client>;
  /** Consent to write: `rows` are made of the stream's own cells unless another stream is named. */
  readonly append?: OnStream;
  readonly collections?: CollectionsFixture;
  /** Consent to create streams. */
  readonly create?: { readonly name?: string; readonly collection?: string };
  /** Where the connector runs, for its row of the capability table. */
  readonly runtimes?: { readonly node?: boolean; readonly browser?: boolean; readonly server?: boolean };
  /** Tests of one's own, under the same `describe`. What `context` opens is closed after each. */
  extra?(context: Context<Client>): void;
}

export interface StreamFixture {
  readonly id: string;
  /** The part that the rules read; everything where absent. Narrow it to some 100,000 rows: rules read it dozens of times. */
  readonly range?: TimeRange;
  /** Rows in `range`. */
  readonly rows?: number;
  /** The first instants in `range`, known from elsewhere: this is what shows lost nanoseconds. */
  readonly firstTimes?: readonly Nanos[];
}

/** Where a capability is to be found, when not on the fixture's stream. Given at all, the capability must be there. */
export interface OnStream {
  readonly stream?: string;
  readonly range?: TimeRange;
}

export interface WindowsFixture extends OnStream {
  readonly widths?: readonly Nanos[];
}

export interface DamagedFixture<Input = unknown> {
  /** Of an archive with damage; the fixture's own where absent. */
  readonly options?: Input;
  readonly stream: string;
  /** Rows that are complete before the damage: they must be delivered. */
  readonly rows: number;
  /** The `key` that the error names. */
  readonly key?: string;
}

export interface HostileFixture<Input = unknown> {
  readonly options?: Input;
  /** A stream that is called, or has a column or metadata called, `__proto__`. */
  readonly stream: string;
  readonly column?: string;
  readonly metadata?: string;
}

export interface LiveFixture<Client = unknown> extends OnStream {
  /** Makes new rows, later than all there are; resolves with their number. Where absent, rows are appended. */
  emit?(stream: StreamDriver, driver: Driver<Client>): Promise<number>;
  /** Makes more than the follower's queue holds, while nobody pulls. */
  flood?(stream: StreamDriver, driver: Driver<Client>): Promise<void>;
}

export interface CollectionsFixture {
  /** Ids, newest first. */
  readonly ids?: readonly string[];
  /** A query by content and the ids that it finds. */
  readonly where?: { readonly query: NonNullable<CollectionQuery["where"]>; readonly ids: readonly Collection["id"][] };
}
