import type { Call, Driver, StreamDriver } from "@sonde/core/connector";
import type { RecordBatch } from "../../src/arrow.js";
import { contractCalls } from "../../src/calls.js";
import type { Archive } from "../lab/archive.js";
import { lab } from "../lab/lab.js";
import { changeConnector, changeDriver, changeRead, changeStream, deaf, type LabConnector, type Mutant } from "./mutant.js";

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The lab with one call that never hears its signal. */
function deafTo(name: string): LabConnector {
  const [member = "", method] = name.split(".");
  if (["streams", "stream", "collections"].includes(member)) return changeDriver((driver) => deafened(driver, member, method));
  return changeStream((stream) => deafened(stream, member, method));
}

function deafened<T extends Driver<Archive> | StreamDriver>(of: T, member: string, method: string | undefined): Partial<T> {
  // By the names of `contractCalls`, whose last argument is the call always.
  const holder = (method === undefined ? of : Reflect.get(of, member)) as Record<string, (...args: unknown[]) => unknown> | undefined;
  if (holder === undefined) return {};
  const name = method ?? member;
  const change = { [name]: (...args: unknown[]) => holder[name]!(...args.slice(0, -1), deaf(args.at(-1) as Call)) };
  return (method === undefined ? change : { [member]: { ...holder, ...change } }) as Partial<T>;
}

const late = changeRead(async function* (read, query, call) {
  try {
    yield* read(query, call);
  } catch (error) {
    await pause(150);
    throw error;
  }
});

const wrapped = changeRead(async function* (read, query, call) {
  try {
    yield* read(query, call);
  } catch (error) {
    if (call.signal.aborted) throw new Error("the read was aborted", { cause: call.signal.reason });
    throw error;
  }
});

const deafRead = deafTo("read");

const abort: readonly Omit<Mutant, "suite">[] = [
  {
    name: "connect does not hear",
    rule: "stops connect at an aborted signal",
    connector: changeConnector({ connect: (options, call) => lab.connect(options, deaf(call)) }),
  },
  { name: "read does not hear", rule: "stops a read before its first batch", connector: deafRead },
  { name: "read hears late", rule: "stops a read before its first batch", connector: late },
  { name: "read does not hear", rule: "stops a read between batches", connector: deafRead },
  { name: "the reason is wrapped", rule: "stops a read between batches", connector: wrapped },
  {
    name: "read looks at its signal once only",
    rule: "stops a read between batches",
    connector: changeRead((read, query, call) => {
      call.signal.throwIfAborted();
      return read(query, deaf(call));
    }),
  },
  { name: "read hears late", rule: "stops a read while a batch is under way", connector: late },
  { name: "the reason is wrapped", rule: "stops a read while a batch is under way", connector: wrapped },
  ...["describe", "versions.current", "live.follow"].map((name) => ({
    name: `${name} does not hear`,
    rule: "looks at the signal of every call",
    connector: deafTo(name),
  })),
  {
    name: "a request without a signal",
    rule: "gives every request a signal",
    connector: changeStream((stream, archive) => ({
      async describe(call) {
        archive.requests.push({ target: "describe" });
        return stream.describe(call);
      },
    })),
  },
  { name: "stream does not hear while it waits", rule: "stops waiting for a silent archive", connector: deafTo("stream") },
  ...contractCalls.map(({ name }) => ({
    name: `${name} does not hear`,
    rule: `stops ${name} at an aborted signal, before any request`,
    connector: deafTo(name),
  })),
  {
    name: "the reason is wrapped",
    rule: "stops describe at an aborted signal, before any request",
    connector: changeStream((stream) => ({
      describe: (call) =>
        stream.describe(call).catch((cause: unknown) => {
          throw new Error("describe failed", { cause });
        }),
    })),
  },
];

/** An iterator that is no generator: `return` does what is given. */
const iterator = (
  items: AsyncIterable<RecordBatch>,
  change: (source: AsyncIterator<RecordBatch>) => Partial<AsyncIterator<RecordBatch>>,
): AsyncIterable<RecordBatch> => ({
  [Symbol.asyncIterator]() {
    const source = items[Symbol.asyncIterator]();
    return { next: () => source.next(), ...change(source) };
  },
});

const ended = { done: true as const, value: undefined };

const release: readonly Omit<Mutant, "suite">[] = [
  {
    name: "leaving does not end",
    rule: "ends a read that is left",
    connector: changeRead((read, query, call) => iterator(read(query, call), () => ({ return: async () => ended }))),
  },
  {
    name: "no way to leave",
    rule: "ends a read that is left",
    connector: changeRead((read, query, call) => iterator(read(query, call), () => ({}))),
  },
  {
    name: "requests go on after leaving",
    rule: "makes no more requests once a read is left",
    connector: changeRead((read, query, call) =>
      iterator(read(query, call), (source) => ({
        async return() {
          void pause(10).then(() => source.next());
          return ended;
        },
      })),
    ),
  },
  {
    name: "files stay open",
    rule: "lets go of files and sockets",
    connector: changeRead((read, query, call) => iterator(read(query, call), () => ({ return: async () => ended }))),
  },
  {
    name: "a read that was left leaves nothing",
    rule: "reads as ever after a read was left",
    connector: changeDriver((driver) => {
      let left = false;
      const changed = (stream: StreamDriver): StreamDriver => ({
        ...stream,
        async *read(query, call) {
          if (left) return;
          let done = false;
          try {
            yield* stream.read(query, call);
            done = true;
          } finally {
            left = !done;
          }
        },
      });
      return { stream: async (id, call) => changed(await driver.stream(id, call)) };
    }),
  },
];

const eager = changeRead(async function* (read, query, call) {
  const batches: RecordBatch[] = [];
  for await (const batch of read(query, call)) batches.push(batch);
  yield* batches;
});

const backpressure: readonly Omit<Mutant, "suite">[] = [
  { name: "everything is read at once", rule: "asks for little more than is pulled", connector: eager },
  { name: "everything is read at once", rule: "reads on only as it is pulled", connector: eager },
  {
    name: "a pump that does not wait",
    rule: "asks for little more than is pulled",
    connector: changeRead((read, query, call) => {
      const source = read(query, call)[Symbol.asyncIterator]();
      const queue: Promise<IteratorResult<RecordBatch>>[] = [];
      const pump = async () => {
        for (let done = false; !done; ) {
          const next = source.next();
          queue.push(next);
          done = (await next).done === true;
        }
      };
      return iterator(read(query, call), () => ({
        async next() {
          if (queue.length === 0) pump().catch(() => {});
          return (await queue.shift()) ?? ended;
        },
        return: async () => ended,
      }));
    }),
  },
];

export const waitingMutants: readonly Mutant[] = [
  ...abort.map((mutant) => ({ ...mutant, suite: "abort" as const })),
  ...release.map((mutant) => ({ ...mutant, suite: "release" as const })),
  ...backpressure.map((mutant) => ({ ...mutant, suite: "backpressure" as const })),
];
