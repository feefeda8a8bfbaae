import { create as createMessage, toBinary } from "@bufbuild/protobuf";
import { Server } from "@grpc/grpc-js";
import { CreateParamsSchema } from "../proto/btrdb_pb.js";
import { writeInsert } from "../wire/insert.js";
import type { RawPoints } from "../wire/raw-points.js";
import { arrowMethods } from "./arrow-reads.js";
import { type KeyPair, selfSigned } from "./certificate.node.js";
import { csvMethods } from "./csv.js";
import { type Fault, Faults } from "./faults.js";
import type { PointFunction } from "./function-points.js";
import { type Journal, openJournal } from "./journal.node.js";
import { type Listener, listen } from "./listener.node.js";
import type { MergeRule } from "./merge-points.js";
import { metadataMethods } from "./metadata-calls.js";
import { type Methods, uuidBytes } from "./method.js";
import { readMethods } from "./reads.js";
import { implementation, serviceDefinition } from "./service.js";
import { Store } from "./store.js";
import { functionPoints } from "./stream-points.js";
import { subscribeMethods } from "./subscribe.js";
import type { World } from "./world.js";
import { writeMethods } from "./writes.js";

export type ServerOptions = {
  /** Default 0: any free one. Clients take 4411 for TLS and every other for plaintext. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Whether it has the Arrow calls, as from 5.30 on. Default true. */
  readonly arrow?: boolean;
  /** True: with a certificate made for it, which the server then has as `certificate`. */
  readonly tls?: boolean | KeyPair;
  /** Calls without this key are UNAUTHENTICATED. */
  readonly apiKey?: string;
  /** Where streams are kept from one start to the next; without it they live as long as the server. */
  readonly folder?: string;
  /** Points that are gathered before they become a version. Default 32,768; 0 makes every insert one. */
  readonly bufferLimit?: number;
  /** Points that one insert may hold. Default 50,000. */
  readonly insertLimit?: number;
  /** Whether windows that hold no points are sent, as zeros. Default true. */
  readonly emptyWindows?: boolean;
};

export type NewStream = {
  /** A random one without it. */
  readonly uuid?: string;
  readonly collection: string;
  readonly name?: string;
  readonly unit?: string;
  readonly annotations?: { readonly [key: string]: string };
};

export type RunningServer = AsyncDisposable & {
  readonly port: number;
  /** `host:port`, as clients take it. */
  readonly endpoint: string;
  /** PEM; what a client must trust. Only with TLS. */
  readonly certificate?: string;
  /** How often each call came in, by name. */
  readonly calls: ReadonlyMap<string, number>;
  /** Makes a stream; returns its uuid. */
  create(stream: NewStream): string;
  /** As `Insert` does, in as many parts as its limit needs. Times need not ascend. */
  insert(uuid: string, points: RawPoints, merge?: MergeRule): void;
  /** Makes a stream whose points are computed; it is not kept in `folder`. Returns its uuid. */
  createFunction(stream: NewStream & PointFunction): string;
  /** Makes calls go wrong; returns what ends that. */
  fault(fault: Fault): () => void;
  /** Ends at once, with every connection, as a crash would. */
  kill(): void;
  /** Lets the calls under way end for a second. Idempotent. */
  close(): Promise<void>;
};

/** Calls that change something, so that they are kept. */
const kept = new Set(["Create", "SetStreamAnnotations", "SetStreamTags", "Obliterate", "Insert", "ArrowInsert", "Delete", "Flush"]);
const mergeNumbers = { never: 0, equal: 1, retain: 2, replace: 3 } as const;

/**
 * A BTrDB server of its own in this process, for tests and for trying: the whole service of version 5, points in memory.
 * Rejects `connection` where the port can't be had.
 *
 * @example
 * ```ts
 * await using server = await startServer();
 * const uuid = server.create({ collection: "plant/pump", name: "flow", unit: "m3/s" });
 * server.insert(uuid, { times: BigInt64Array.of(1n, 2n), values: Float64Array.of(0.5, 0.25) });
 * console.log(server.endpoint);
 * ```
 */
export async function startServer(options: ServerOptions = {}): Promise<RunningServer> {
  const { host = "127.0.0.1", arrow = true, apiKey, folder } = options;
  const world: World = {
    store: new Store(),
    arrow,
    insertLimit: options.insertLimit ?? 50_000,
    bufferLimit: options.bufferLimit ?? 32_768,
    emptyWindows: options.emptyWindows ?? true,
    endpoint: "",
    subscribers: new Set(),
  };
  const methods = methodsOf(world);
  const replay = replayMethods(world);
  const journal: Journal | undefined =
    folder === undefined
      ? undefined
      : openJournal(folder, world.bufferLimit, (name, request) => {
          const method = replay[name];
          if (method?.kind !== "unary") throw new Error(`a call '${name}' is not known`);
          method.answer(request);
        });
  const calls = new Map<string, number>();
  const faults = new Faults();
  const keep = (name: string, request: Uint8Array) => {
    if (kept.has(name)) journal?.append(name, request);
  };
  const grpc = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  let ended: Promise<void> | undefined;
  const kill = () => {
    if (ended) return;
    listener.kill();
    journal?.close();
    ended = Promise.resolve();
  };
  grpc.addService(
    serviceDefinition(),
    implementation(methods, {
      apiKey,
      faults,
      onCall: (name) => calls.set(name, (calls.get(name) ?? 0) + 1),
      onAnswer: keep,
      kill,
    }),
  );
  const pair = options.tls === true ? selfSigned() : options.tls || undefined;
  let listener: Listener;
  try {
    listener = await listen(grpc, host, options.port ?? 0, pair);
  } catch (error) {
    journal?.close();
    throw error;
  }
  const { port } = listener;
  world.endpoint = host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
  const ask = (name: string, request: Uint8Array): void => {
    const method = methods[name];
    if (method?.kind !== "unary") return;
    method.answer(request);
    keep(name, request);
  };
  const close = () => {
    ended ??= listener.close().finally(() => journal?.close());
    return ended;
  };
  return {
    port,
    endpoint: world.endpoint,
    ...(pair ? { certificate: pair.cert } : {}),
    calls,
    create(stream) {
      const { uuid, ...init } = described(stream);
      ask("Create", toBinary(CreateParamsSchema, createMessage(CreateParamsSchema, { ...init, uuid: uuidBytes(uuid) })));
      return uuid;
    },
    insert(uuid, points, merge = "never") {
      for (let from = 0; from < points.times.length; from += world.insertLimit) {
        const part = {
          times: points.times.subarray(from, from + world.insertLimit),
          values: points.values.subarray(from, from + world.insertLimit),
        };
        ask("Insert", writeInsert({ uuid: uuidBytes(uuid), mergePolicy: mergeNumbers[merge], ...part }));
      }
    },
    createFunction(stream) {
      const { uuid, collection, tags, annotations } = described(stream);
      const keyed = (pairs: typeof tags) => new Map(pairs.map(({ key, val }) => [key, val.value]));
      world.store.create(uuid, collection, keyed(tags), keyed(annotations), functionPoints(stream));
      return uuid;
    },
    fault: (fault) => faults.add(fault),
    kill,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function methodsOf(world: World): Methods {
  return {
    ...metadataMethods(world),
    ...readMethods(world),
    ...writeMethods(world),
    ...csvMethods(world),
    ...(world.arrow ? { ...arrowMethods(world), ...subscribeMethods(world) } : {}),
  };
}

/** What was taken once is taken again, also where the Arrow calls are not served now or inserts may hold less. */
function replayMethods(world: World): Methods {
  return { ...metadataMethods(world), ...writeMethods({ ...world, arrow: true, insertLimit: Number.POSITIVE_INFINITY }) };
}

function described({ uuid = crypto.randomUUID(), collection, name = "", unit = "", annotations = {} }: NewStream) {
  const pairs = (of: { readonly [key: string]: string }) => Object.entries(of).map(([key, value]) => ({ key, val: { value } }));
  return { uuid, collection, tags: pairs({ name, unit }), annotations: pairs(annotations) };
}
