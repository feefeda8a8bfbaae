import type { AddressInfo } from "node:net";
import { serve as listen } from "@hono/node-server";
import { sondeError } from "@sonde/core";
import { Hono } from "hono";
import { type AppOptions, answering, createApp } from "../app.js";
import { securityHeaders } from "../guard/headers.js";
import { hostGuard, loopbackHosts } from "../guard/hosts.js";
import { originGuard } from "../guard/origin.js";
import { createSession } from "../guard/session.js";
import { assetRoutes } from "./assets.js";

export type ServeOptions = AppOptions & {
  /** Default 0: any free port. */
  readonly port?: number | undefined;
  /** Default 127.0.0.1. Anything that other machines reach needs `allowRemote` and a `token`. */
  readonly host?: string | undefined;
  /** Says that other machines may reach the server. */
  readonly allowRemote?: boolean | undefined;
  /** What programs must send as a bearer token. Default: made anew at each start. */
  readonly token?: string | undefined;
  /** Further names that the server goes by, with their port: behind a proxy, or on another interface. */
  readonly hosts?: readonly string[] | undefined;
  /** The folder of a page to serve beside the answers. */
  readonly assets?: string | undefined;
};

export interface RunningServer extends AsyncDisposable {
  /** Without a path: `http://127.0.0.1:4411`. */
  readonly origin: string;
  /** For a person's browser: `http://127.0.0.1:4411/#code=…`, good once. */
  readonly url: string;
  /** For programs. */
  readonly token: string;
  /** Ends every answer under way. The sources stay open: whoever opened them closes them. */
  close(): Promise<void>;
}

const loopback = new Set(["127.0.0.1", "::1", "localhost"]);

/**
 * Serves sources to one person on this machine: it listens on the loopback interface only, goes by its own names only, answers no page of
 * another site, and everyone else by token.
 *
 * Rejects `options` where other machines could reach it without `allowRemote` and a `token`.
 *
 * @example
 * ```ts
 * await using server = await serve({ sources: { plant } });
 * console.log(`open ${server.url}`);
 * ```
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { port = 0, host = "127.0.0.1", allowRemote = false, token, hosts = [], assets } = options;
  if (!loopback.has(host) && !(allowRemote && token !== undefined)) {
    const message = `other machines reach ${host}: say allowRemote and give a token, or listen on 127.0.0.1`;
    throw sondeError("options", message, { issues: [{ path: "host", message }] });
  }
  const session = createSession(token);
  // Known once the port is: nothing is answered before.
  const names = new Set(hosts.map((name) => name.toLowerCase()));
  const app = answering(new Hono());
  app.use(securityHeaders());
  app.use(hostGuard(names));
  app.use(originGuard());
  app.route("/", session.routes);
  app.use("/v1/*", async (context, next) => (context.req.path === "/v1/health" ? next() : session.guard(context, next)));
  app.route("/", createApp(options));
  if (assets !== undefined) app.route("/", await assetRoutes(assets));

  const server = listen({ fetch: app.fetch, hostname: host, port });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause: Error) => reject(notListening(host, port, cause)));
    server.once("listening", resolve);
  });
  // A server on TCP has an address of this kind.
  const bound = (server.address() as AddressInfo).port;
  for (const name of loopbackHosts(bound)) names.add(name);
  if (!loopback.has(host)) names.add(`${host.includes(":") ? `[${host}]` : host}:${bound}`.toLowerCase());
  const origin = `http://${host.includes(":") ? `[${host}]` : host}:${bound}`;

  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= new Promise<void>((resolve) => {
      server.close(() => resolve());
      // Followers and idle connections would hold it open for ever.
      if ("closeAllConnections" in server) server.closeAllConnections();
    });
    return closing;
  };
  return { origin, url: `${origin}/#code=${session.code}`, token: session.token, close, [Symbol.asyncDispose]: close };
}

function notListening(host: string, port: number, cause: Error) {
  const taken = "code" in cause && cause.code === "EADDRINUSE";
  const advice = taken ? "another program has it: choose another port" : "choose another host or port";
  return sondeError("connection", `can't listen on ${host}:${port}: ${advice}`, { target: `${host}:${port}`, retryable: false, cause });
}
