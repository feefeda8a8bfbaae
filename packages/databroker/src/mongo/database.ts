import { sondeError } from "@sonde/core/bytes";

export type MongoDocument = Readonly<Record<string, unknown>>;
export type FindOptions = {
  readonly projection?: Readonly<Record<string, 0 | 1>> | undefined;
  readonly sort?: Readonly<Record<string, 1 | -1>> | undefined;
  readonly limit?: number | undefined;
  readonly batchSize?: number | undefined;
};

export interface MongoCursor {
  /** Null at the end. */
  next(): Promise<MongoDocument | null>;
  close(): Promise<void>;
}

/** What is used of a collection of the driver `mongodb`; tests have one of their own. */
export interface MongoCollection {
  find(filter: MongoDocument, options: FindOptions): MongoCursor;
  countDocuments(filter: MongoDocument): Promise<number>;
  insertOne(document: Record<string, unknown>): Promise<unknown>;
}

/** What is used of a database. */
export interface MongoDatabase {
  readonly databaseName: string;
  collection(name: string): MongoCollection;
}

export type MongoConnection = {
  readonly database: MongoDatabase;
  readonly assets: MongoDatabase;
  readonly name: string;
  close(): Promise<void>;
};

/** What is used of the optional peer, said here so that our declarations need none of its. */
type Driver = {
  readonly MongoClient: new (
    uri: string,
    options: Readonly<Record<string, unknown>>,
  ) => { connect(): Promise<unknown>; db(name?: string): MongoDatabase; close(): Promise<void> };
};

export type MongoAddress = {
  /** `mongodb://host:27017/database`. Its user and password are shown nowhere. */
  readonly uri: string;
  /** Where the URI names none. */
  readonly database?: string | undefined;
  /** Of the resources and datums, where they have a database of their own. */
  readonly assetsDatabase?: string | undefined;
};

/** Opens a client; `load` imports the optional peer. Rejects `unsupported` where it is not installed, `auth`, `connection`. */
export async function connectMongo(
  address: MongoAddress,
  load: () => Promise<unknown> = () => import("mongodb"),
): Promise<MongoConnection> {
  // Checked by use: a module without MongoClient is no driver.
  const driver = (await load().catch((cause: unknown) => {
    throw sondeError("unsupported", "runs in MongoDB need its driver, which is not installed: run `npm install mongodb`", {
      what: "mongodb",
      cause,
    });
  })) as Driver;
  const target = shownUri(address.uri);
  let client: InstanceType<Driver["MongoClient"]> | undefined;
  try {
    // The driver's own patience is 30 seconds; what the URI says of it holds.
    const patience = /[?&]serverSelectionTimeoutMS=/i.test(address.uri) ? {} : { serverSelectionTimeoutMS: 10_000 };
    // Whole numbers keep their 64 bits; the driver would round them.
    client = new driver.MongoClient(address.uri, { useBigInt64: true, promoteLongs: true, ...patience });
    await client.connect();
    const opened = client;
    const database = client.db(address.database);
    const assets = address.assetsDatabase === undefined ? database : client.db(address.assetsDatabase);
    return { database, assets, name: `${target}/${database.databaseName}`, close: () => opened.close() };
  } catch (error) {
    await client?.close().catch(() => {});
    throw mongoError(error, target);
  }
}

/** Without user, password and options. */
function shownUri(uri: string): string {
  const [, scheme = "mongodb:", hosts = ""] = /^(mongodb(?:\+srv)?:)\/\/(?:[^@/]*@)?([^/?]*)/.exec(uri) ?? [];
  return `${scheme}//${hosts}`;
}

/** The driver's errors as ours; its messages may hold the URI. */
export function mongoError(error: unknown, target: string): unknown {
  if (!(error instanceof Error) || error.name === "SondeError") return error;
  const code = "code" in error ? error.code : undefined;
  if (error.name === "MongoParseError") {
    return sondeError("options", `the address of ${target} is no MongoDB URI: write mongodb://host:27017/database`, {
      issues: [{ path: "uri", message: "is no MongoDB URI" }],
    });
  }
  // 13 Unauthorized, 18 AuthenticationFailed.
  if (code === 13 || code === 18 || code === 8000) {
    return sondeError("auth", `${target} refuses the user: check the credentials and what they may read`, { target });
  }
  const retryable = /Network|ServerSelection|PoolClosed|Timeout/i.test(error.name);
  return sondeError(
    "connection",
    `${target} did not answer (${error.name}${code === undefined ? "" : ` ${String(code)}`}): does it run, and can it be reached?`,
    {
      target,
      retryable,
    },
  );
}
