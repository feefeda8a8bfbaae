import { createLimiter, discardBody, isRetryable, isSondeError, mapConcurrent, readBody, sondeError } from "@sonde/core/bytes";
import { idsOf, packageName } from "../../package/key.js";
import type { BackEndCall, LostPackage, PackageKey, StoredPackage, WalkOptions } from "../types.js";
import { type BatchedRecord, batchedRecords } from "./batch-header.js";
import { atLeast, parseApiVersion, type ReductHttp } from "./http.js";
import { piecesOf } from "./records.js";

const MICROSECONDS = 1000n;
/** Seconds that the server keeps a query between two reads; a slower reader's query is asked again from where it was. */
const TTL = 60;
/** Broken answers one after the other, without a record between them. */
const MOST_FAILURES = 4;

export type WalkParts = {
  readonly bucket: string;
  readonly maxPackageBytes: number;
  /** One package by a request of its own. */
  readonly one: (key: PackageKey, call: BackEndCall) => Promise<StoredPackage | LostPackage>;
};

type Query = { readonly topic: string; readonly start: bigint | undefined; readonly stop: bigint | undefined };

/** Records of a topic by queries, in batches where the server has them (1.5 and later), else one by one. */
export function walkOf(http: ReductHttp, { bucket, maxPackageBytes, one }: WalkParts) {
  const limiter = () => createLimiter({ maxBytes: maxPackageBytes });
  let batches: boolean | undefined;
  const learn = (headers: Headers): void => {
    const api = parseApiVersion(headers.get("x-reduct-api"));
    batches = api !== undefined && atLeast(api, 1, 5);
  };
  const hasBatches = async (call: BackEndCall): Promise<boolean> => {
    if (batches === undefined) {
      const response = await http.ask(["info"], {}, call);
      discardBody(response);
      learn(response.headers);
    }
    return batches === true;
  };

  /** The number of a new query; undefined where there is nothing to read. */
  const open = async ({ topic, start, stop }: Query, call: BackEndCall): Promise<string | undefined> => {
    const path = ["b", bucket, topic, "q"];
    // No entry is a topic without packages; of old an empty query was 204.
    const query = { start, stop, ttl: TTL };
    let response = await http.ask(path, { query, expect: [404, 405] }, call);
    if (response.status === 405) {
      discardBody(response);
      const bounds = { ...(start === undefined ? {} : { start: Number(start) }), ...(stop === undefined ? {} : { stop: Number(stop) }) };
      response = await http.ask(path, { method: "POST", json: { query_type: "QUERY", ...bounds, ttl: TTL }, expect: [404] }, call);
    }
    if (response.status === 404 || response.status === 204) {
      discardBody(response);
      return undefined;
    }
    const answer = await readNumber(response, call);
    if (answer === undefined) throw sondeError("format", `${http.target} opened a query without a number for it`, { key: topic });
    return answer;
  };

  /** The number is of 64 bits: read as text, where JSON would round it. */
  const readNumber = async (response: Response, { signal }: BackEndCall): Promise<string | undefined> => {
    const text = new TextDecoder().decode(await readBody(response, limiter(), { signal }));
    return /^\s*\{\s*"id"\s*:\s*"?(\d{1,20})"?\s*\}\s*$/.exec(text)?.[1];
  };

  async function* records<T extends PackageKey>(
    topic: string,
    { range }: WalkOptions,
    call: BackEndCall,
    read: (query: { readonly topic: string; readonly id: string }) => AsyncGenerator<T, "more" | "end" | "lost">,
  ): AsyncGenerator<T> {
    const ids = range && idsOf(range);
    const stop = ids && ids.end * MICROSECONDS;
    let start = ids && later(ids.first, 0n) * MICROSECONDS;
    for (let failures = 0; ; ) {
      if (start !== undefined && stop !== undefined && start >= stop) return;
      const id = await open({ topic, start, stop }, call);
      if (id === undefined) return;
      try {
        for (let state: "more" | "end" | "lost" = "more"; state !== "lost"; ) {
          if (state === "end") return;
          const answer = read({ topic, id });
          let left = true;
          try {
            for (let step = await answer.next(); ; step = await answer.next()) {
              left = !step.done;
              if (step.done) {
                state = step.value;
                break;
              }
              failures = 0;
              start = step.value.id * MICROSECONDS + 1n;
              yield step.value;
            }
          } finally {
            if (left) await answer.return("end");
          }
          if (state === "lost" && ++failures >= MOST_FAILURES) throw expired(topic);
        }
      } catch (error) {
        call.signal.throwIfAborted();
        // Queries only go forward: what was cut off is asked again from the record after the last.
        if (!isRetryable(error) || ++failures >= MOST_FAILURES) throw error;
      }
    }
  }

  const expired = (topic: string) =>
    sondeError("connection", `${http.target} forgot a query of '${topic}' before it was read: try again`, {
      target: http.target,
      retryable: true,
    });

  const keyOf = (topic: string, { time }: { readonly time: bigint }): PackageKey => ({ topic, id: time / MICROSECONDS });

  /** One record of a query of an old server. */
  async function next({ topic, id }: { readonly topic: string; readonly id: string }, call: BackEndCall) {
    const response = await http.ask(["b", bucket, topic], { query: { q: id }, expect: [404], repeatable: false }, call);
    if (response.status === 404 || response.status === 204) {
      discardBody(response);
      return response.status === 404 ? ("lost" as const) : ("end" as const);
    }
    const time = response.headers.get("x-reduct-time") ?? "";
    if (!/^\d{1,19}$/.test(time)) throw sondeError("format", `${http.target} sent a record without its time`, { key: topic });
    return { response, key: keyOf(topic, { time: BigInt(time) }) };
  }

  async function batch(method: "GET" | "HEAD", { topic, id }: { readonly topic: string; readonly id: string }, call: BackEndCall) {
    const path = ["b", bucket, topic, "batch"];
    const response = await http.ask(path, { method, query: { q: id }, expect: [404], repeatable: false }, call);
    if (response.status === 404 || response.status === 204) {
      discardBody(response);
      return response.status === 404 ? ("lost" as const) : ("end" as const);
    }
    const last = response.headers.get("x-reduct-last") === "true" || response.headers.get("x-reduct-last") === "1";
    return { response, last, found: batchedRecords(response.headers, http.target) };
  }

  async function* packagesOfBatch(query: { readonly topic: string; readonly id: string }, concurrency: number, call: BackEndCall) {
    const { topic } = query;
    const answer = await batch("GET", query, call);
    if (typeof answer === "string") return answer;
    const { response, last, found } = answer;
    let done = 0;
    try {
      if (found.every(({ length }) => length <= maxPackageBytes)) {
        const lengths = found.map(({ length }) => length);
        for await (const bytes of piecesOf(response.body, lengths, http.target)) {
          // As many as lengths.
          const record = found[done] as BatchedRecord;
          done += 1;
          yield { ...keyOf(topic, record), bytes };
        }
      } else discardBody(response);
    } catch (error) {
      call.signal.throwIfAborted();
      if (!isSondeError(error, "connection")) throw error;
    }
    // The rest of a batch that was cut off or hangs is known by its head: each for itself, so that only the bad ones are lost.
    const rest = found.slice(done).map((record) => keyOf(topic, record));
    yield* mapConcurrent(rest, concurrency, (key, own) => one(key, { ...call, ...own }), call);
    return last ? ("end" as const) : ("more" as const);
  }

  return {
    /** What an answer says of the API, so that it need not be asked for. */
    learn,
    async *packages(topic: string, options: WalkOptions, call: BackEndCall): AsyncGenerator<StoredPackage | LostPackage> {
      call.signal.throwIfAborted();
      const { concurrency = 8 } = options;
      if (await hasBatches(call)) {
        yield* records(topic, options, call, (query) => packagesOfBatch(query, concurrency, call));
        return;
      }
      yield* records<StoredPackage | LostPackage>(topic, options, call, async function* (query) {
        const answer = await next(query, call);
        if (typeof answer === "string") return answer;
        const { response, key } = answer;
        try {
          yield { ...key, bytes: await readBody(response, limiter(), { signal: call.signal, what: packageName(key) }) };
        } catch (error) {
          call.signal.throwIfAborted();
          if (!isSondeError(error)) throw error;
          yield await one(key, call);
        }
        return "more";
      });
    },

    async *keys(topic: string, options: WalkOptions, call: BackEndCall): AsyncGenerator<PackageKey & { readonly size?: number }> {
      call.signal.throwIfAborted();
      if (await hasBatches(call)) {
        yield* records<PackageKey & { readonly size?: number }>(topic, options, call, async function* (query) {
          const answer = await batch("HEAD", query, call);
          if (typeof answer === "string") return answer;
          for (const record of answer.found) yield { ...keyOf(topic, record), size: record.length };
          return answer.last ? "end" : "more";
        });
        return;
      }
      yield* records<PackageKey>(topic, options, call, async function* (query) {
        // Old servers have no way to be asked for heads alone: the body is given up.
        const answer = await next(query, call);
        if (typeof answer === "string") return answer;
        discardBody(answer.response);
        yield answer.key;
        return "more";
      });
    },
  };
}

const later = (a: bigint, b: bigint) => (a > b ? a : b);
