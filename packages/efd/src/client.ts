import { mapConcurrent } from "@sonde/core/bytes";
import type { Call } from "@sonde/core/connector";
import { type Many, many } from "@sonde/core/connector";
import type { ObjectStore } from "@sonde/object-store";
import type { CallOptions } from "./call.js";
import { outerFolders, topicNames } from "./layout/folders.js";
import { observedStore } from "./layout/observed-store.js";
import type { Session } from "./session.js";
import { noTopic } from "./topic/describe.js";
import { type EfdTopic, openTopic } from "./topic/topic.js";

/** A topic as a listing knows it. */
export type TopicSummary = {
  readonly name: string;
  /** From the start of its first folder to the end of its last: what was produced when, by the hour. */
  readonly first: bigint;
  readonly last: bigint;
};

export type TopicsOptions = CallOptions & {
  /** Only names that match; in a text `*` stands for anything. */
  readonly match?: string | RegExp | undefined;
};

/** An archive of topics. */
export interface Efd extends AsyncDisposable {
  /** Where it lies. */
  readonly store: ObjectStore;
  /** In the order of their names, each by a handful of listings. */
  topics(options?: TopicsOptions): Many<TopicSummary>;
  /** One listing. Rejects `not-found`. */
  topic(name: string, options?: CallOptions): Promise<EfdTopic>;
  /** Idempotent; what is under way rejects `closed`. */
  close(): Promise<void>;
}

/** Topics that are looked into at a time. */
const lookedInto = 8;

export function createEfd(session: Session): Efd {
  const close = async () => session.close();

  async function* topics(match: TopicsOptions["match"], call: Call): AsyncGenerator<TopicSummary, void, undefined> {
    const archive = { ...session.archive, store: observedStore(session.archive.store, call.observe) };
    const matches = matcher(match);
    const look = async (name: string, own: { readonly signal: AbortSignal }): Promise<TopicSummary | undefined> => {
      const folders = matches(name) ? await outerFolders(archive, name, own) : undefined;
      return folders && { name, first: folders.first.start, last: folders.last.end };
    };
    for await (const topic of mapConcurrent(topicNames(archive, call), lookedInto, look, call)) if (topic) yield topic;
  }

  return {
    store: session.archive.store,
    topics: ({ match, ...options } = {}) => many(() => session.iterate(options, (call) => topics(match, call))),
    topic: (name, options) =>
      session.run(options, async (call) => {
        if (!(await topicExists(session, name, call))) throw noTopic(session, name);
        return openTopic(session, name);
      }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Whether anything is filed below a name. */
export async function topicExists({ archive }: Session, name: string, call: Call): Promise<boolean> {
  // Such names are no folder of a bucket, and a climb in a folder.
  if (name === "" || name === "." || name === ".." || name.includes("/") || name.includes("\\")) return false;
  const store = observedStore(archive.store, call.observe);
  for await (const _ of store.list({ prefix: `${archive.base}${name}/`, delimiter: "/", signal: call.signal })) return true;
  return false;
}

function matcher(match: TopicsOptions["match"]): (name: string) => boolean {
  if (match === undefined) return () => true;
  if (typeof match !== "string") return (name) => new RegExp(match.source, match.flags.replace(/[gy]/g, "")).test(name);
  // Piece by piece in their order, so that no pattern takes long.
  const pieces = match.split("*");
  return (name) => {
    const [head = "", ...rest] = pieces;
    const tail = rest.pop();
    if (tail === undefined) return name === head;
    if (name.length < head.length + tail.length || !name.startsWith(head) || !name.endsWith(tail)) return false;
    const end = name.length - tail.length;
    let at = head.length;
    for (const piece of rest) {
      const found = name.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}
