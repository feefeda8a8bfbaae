import { bell, follower } from "./follower.js";

/** A value that changes, and those who follow it: they see the newest, not each between two looks. */
export interface Watch<T> {
  readonly value: T;
  set(value: T): void;
  close(): void;
  /** The value as it is, then each change. Ends when the watch closes, after the last value. */
  follow(options?: { readonly signal?: AbortSignal | undefined }): AsyncIterableIterator<T>;
}

export function watch<T>(initial: T): Watch<T> {
  const ringing = bell();
  let value = initial;
  let version = 1;
  let closed = false;
  return {
    get value() {
      return value;
    },
    set(next) {
      value = next;
      version++;
      ringing.ring();
    },
    close() {
      closed = true;
      ringing.ring();
    },
    follow({ signal } = {}) {
      let seen = 0;
      const pull = () => {
        if (seen === version) return closed ? ("end" as const) : undefined;
        seen = version;
        return { value };
      };
      return follower(pull, ringing, { signal, release: () => {} });
    },
  };
}
