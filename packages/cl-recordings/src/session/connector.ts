import { defineConnector } from "@sonde/core";
import * as z from "zod";
import { sessionDriver } from "./driver.js";
import type { Session } from "./types.js";

const session = z.custom<Session>(
  (value) => typeof value === "object" && value !== null && "createDataStream" in value && "timestamp" in value && "dataStreams" in value,
  "must be what createSession gives",
);

/**
 * A session of this program as a source, for tools that take one: its streams read what its history keeps, are followed, and data streams
 * appended to. Closing the source leaves the session open.
 *
 * @example
 * ```ts
 * const source = await clSession.open({ session });
 * const ball = await source.stream("data_stream/ball");
 * for await (const row of ball.follow().rows()) console.log(row.tick, row.value);
 * ```
 */
export const clSession = defineConnector({
  id: "cl-session",
  options: z.strictObject({ session: session.describe("A session of createSession, running in this program") }),
  connect: async ({ session }, call) => {
    call.signal.throwIfAborted();
    return sessionDriver(session);
  },
});
