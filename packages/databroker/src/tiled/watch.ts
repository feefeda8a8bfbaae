import { delay, isRetryable } from "@sonde/core/bytes";
import type { RunHeader, Waiting } from "../catalog/types.js";
import { isRecord } from "../event-model/own.js";
import type { Connection } from "./connection.js";
import { type OpenSocket, subscribe } from "./socket.js";
import { headerOfMetadata } from "./tree.js";

/** Runs that begin from now on. A socket that breaks is opened again, unless it never opened. */
export async function* watchRuns(
  connection: Connection,
  path: readonly string[],
  openSocket: OpenSocket | undefined,
  { signal }: Waiting,
): AsyncGenerator<RunHeader, void, undefined> {
  const seen = new Set<string>();
  for (;;) {
    let opened = false;
    const onOpen = () => {
      opened = true;
    };
    try {
      for await (const message of subscribe(connection, path, openSocket, { signal, onOpen })) {
        if (message.type !== "container-child-created") continue;
        const header = isRecord(message.metadata) ? headerOfMetadata(message.metadata) : undefined;
        if (header === undefined || seen.has(header.start.uid)) continue;
        seen.add(header.start.uid);
        yield header;
      }
      return;
    } catch (error) {
      if (!opened || !isRetryable(error)) throw error;
      await delay("500ms", { signal });
    }
  }
}
