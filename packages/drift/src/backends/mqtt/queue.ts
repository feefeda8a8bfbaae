import { raceAbort, sondeError } from "@sonde/core/bytes";
import type { BusMessage } from "../types.js";

/** What a reader may be behind. */
const MOST_MESSAGES = 1024;
const MOST_BYTES = 64 * 2 ** 20;

/** Messages between the connection, which never waits, and one reader. */
export interface MessageQueue {
  /** Drops the message, and ends the queue after those before it, where the reader is too far behind. */
  push(message: BusMessage): void;
  /** Ends the queue with an error after what it holds. */
  fail(error: unknown): void;
  /** The next message; rejects with what ended the queue, or the signal's reason. One reader at a time. */
  take(signal: AbortSignal): Promise<BusMessage>;
}

export function messageQueue(name: string, { messages = MOST_MESSAGES, bytes = MOST_BYTES } = {}): MessageQueue {
  const held: BusMessage[] = [];
  let size = 0;
  let end: { readonly error: unknown } | undefined;
  let wake: (() => void) | undefined;
  const told = () => {
    wake?.();
    wake = undefined;
  };

  return {
    push(message) {
      if (end !== undefined) return;
      // One message is taken however large it is: it is in memory already.
      if (held.length < messages && (held.length === 0 || size + message.bytes.length <= bytes)) {
        held.push(message);
        size += message.bytes.length;
      } else {
        const behind = `the reader of ${name} is ${held.length} messages (${size} bytes) behind: read faster, or take the rest from the archive`;
        end = { error: sondeError("overrun", behind, { resumeFrom: message.received }) };
      }
      told();
    },
    fail(error) {
      end ??= { error };
      told();
    },
    async take(signal) {
      for (;;) {
        signal.throwIfAborted();
        const message = held.shift();
        if (message !== undefined) {
          size -= message.bytes.length;
          return message;
        }
        if (end !== undefined) throw end.error;
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await raceAbort(woken, signal);
      }
    },
  };
}
