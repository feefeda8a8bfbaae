import { follow as followSignals, isSondeError, raceAbort, sondeError } from "@sonde/core/bytes";
import { isRecord } from "../event-model/own.js";
import { parseJson } from "../files/json/parse.js";
import { encodePath } from "./address.js";
import type { Connection } from "./connection.js";

/** What is used of a WebSocket: the platform's own and that of the package `ws` have it. */
export interface Socket {
  send(text: string): void;
  close(code?: number): void;
  addEventListener(
    type: "open" | "message" | "close" | "error",
    listener: (event: { readonly data?: unknown; readonly code?: number; readonly reason?: string }) => void,
  ): void;
}
export type OpenSocket = (url: string) => Socket | Promise<Socket>;

export type SocketMessage = Readonly<Record<string, unknown>> & { readonly type: string };

/** Messages that wait for their reader; past that the reader is told that it was too slow. */
const mostWaiting = 10_000;
/** Envelopes are JSON; rows of a table come as lists. */
const longestMessage = 64 * 2 ** 20;

/**
 * What happens at a node from now on, until its producer ends the stream. The key is sent as the first message, never in the URL. Rejects `auth`
 * where it is refused, a retryable `connection` where the socket breaks, `overrun` where messages came faster than they were read.
 */
export async function* subscribe(
  connection: Connection,
  path: readonly string[],
  openSocket: OpenSocket | undefined,
  { signal, onOpen }: { readonly signal: AbortSignal; readonly onOpen?: () => void },
): AsyncGenerator<SocketMessage, void, undefined> {
  signal.throwIfAborted();
  const target = `${connection.api}/stream/single/${path.join("/")}`;
  const url = `${connection.api.replace(/^http/, "ws")}/stream/single/${encodePath(path)}?envelope_format=json`;
  const socket = await raceAbort(Promise.resolve((openSocket ?? platformSocket)(url)), signal);
  const queue: SocketMessage[] = [];
  let ended: { readonly error?: unknown } | undefined;
  let wake = (): void => {};
  const finish = (error?: unknown) => {
    ended ??= error === undefined ? {} : { error };
    wake();
  };
  socket.addEventListener("open", () => {
    socket.send(JSON.stringify({ type: "auth", ...(connection.apiKey !== undefined && { api_key: connection.apiKey }) }));
  });
  socket.addEventListener("message", ({ data }) => {
    if (ended !== undefined) return;
    const message = typeof data === "string" && data.length <= longestMessage ? messageOf(data) : undefined;
    if (message === undefined) return finish(sondeError("format", `${target} sent what is no message of Tiled`, { key: target }));
    if (/-schema$/.test(message.type)) onOpen?.();
    else if (queue.length >= mostWaiting)
      finish(sondeError("overrun", `${target}: ${mostWaiting} messages wait: read them faster, then follow again`, {}));
    else queue.push(message);
    return wake();
  });
  socket.addEventListener("close", ({ code, reason }) => finish(closeError(code, reason, target)));
  socket.addEventListener("error", () => finish(broken(target, "it can't be opened or broke")));
  const own = followSignals([signal]);
  try {
    for (;;) {
      const message = queue.shift();
      if (message !== undefined) {
        yield message;
        continue;
      }
      if (ended !== undefined) {
        if (ended.error !== undefined) throw ended.error;
        return;
      }
      await raceAbort(
        new Promise<void>((resolve) => {
          wake = resolve;
        }),
        own.signal,
      );
    }
  } finally {
    own.release();
    ended ??= {};
    socket.close();
  }
}

function messageOf(text: string): SocketMessage | undefined {
  try {
    const value = parseJson(text);
    return isRecord(value) && typeof value.type === "string" ? { ...value, type: value.type } : undefined;
  } catch (error) {
    if (isSondeError(error)) return undefined;
    throw error;
  }
}

/** 1000: its producer ended the stream. 4001 and 4003: the key. Everything else may be tried again. */
function closeError(code: number | undefined, reason: string | undefined, target: string): unknown {
  if (code === 1000) return undefined;
  if (code === 4001 || code === 4003 || code === 1008)
    return sondeError("auth", `${target} refuses the key (${code}): check it, and what it may read`, { target });
  return broken(target, `it was closed (${code ?? "no code"}${reason ? `, ${reason.slice(0, 100)}` : ""})`);
}

function broken(target: string, why: string) {
  return sondeError("connection", `the socket of ${target} ended: ${why}; does the server keep a streaming cache?`, {
    target,
    retryable: true,
  });
}

async function platformSocket(url: string): Promise<Socket> {
  if (typeof globalThis.WebSocket === "function") return new globalThis.WebSocket(url) as Socket; // has these members, with wider types
  const { WebSocket } = await import("ws").catch((cause: unknown) => {
    throw sondeError("unsupported", "this runtime has no WebSocket: run `npm install ws`, or use Node 22 or later", { what: "ws", cause });
  });
  return new WebSocket(url) as unknown as Socket; // the same, by another package
}
