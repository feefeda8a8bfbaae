import { sondeError } from "@sonde/core";
import { Hono } from "hono";
import { problem } from "./answer.js";
import { catalogRoutes } from "./routes/catalog.js";
import { pieceRoutes } from "./routes/pieces.js";
import { rowRoutes } from "./routes/rows.js";
import { writeRoutes } from "./routes/write.js";
import type { Sources } from "./sources.js";

export type AppOptions = {
  readonly sources: Sources;
  /** Answers under way at a time; more are refused with 503. Default 64. */
  readonly maxAnswers?: number | undefined;
  /** The largest body of an `append`. Default 256 MiB. */
  readonly maxBody?: number | undefined;
};

/** What the routes share. */
export type Serving = {
  readonly sources: Sources;
  readonly maxBody: number;
  /** Takes a place for an answer, or throws; the function gives it back. */
  enter(): () => void;
};

/**
 * Sources over HTTP, under `/v1`: the contract of `@sonde/core` question by question, rows as Arrow streams. It checks what is asked, not
 * who asks: `serve` of `@sonde/server/node` stands in front of it for one person's machine.
 *
 * @example
 * ```ts
 * const app = createApp({ sources: { plant: await open("plant.h5", { connectors: [clRecordings] }) } });
 * const response = await app.request("/v1/streams?source=plant");
 * ```
 */
export function createApp({ sources, maxAnswers = 64, maxBody = 256 * 2 ** 20 }: AppOptions): Hono {
  let answers = 0;
  const serving: Serving = {
    sources,
    maxBody,
    enter() {
      if (answers >= maxAnswers) {
        throw sondeError("connection", `the server gives ${maxAnswers} answers at a time: ask again`, { status: 503, retryable: true });
      }
      answers += 1;
      let inside = true;
      return () => {
        if (inside) answers -= 1;
        inside = false;
      };
    },
  };
  const app = new Hono();
  app.get("/v1/health", (context) => context.json({ ok: true }));
  for (const routes of [catalogRoutes, rowRoutes, pieceRoutes, writeRoutes]) app.route("/v1", routes(serving));
  return answering(app);
}

/** What is not there, and what fails, is a problem in the form of every other. */
export function answering(app: Hono): Hono {
  app.notFound(() => problem(sondeError("not-found", "there is nothing at this address", { id: "address" })));
  app.onError((error) => problem(error));
  return app;
}
