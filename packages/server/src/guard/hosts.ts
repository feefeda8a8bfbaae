import type { MiddlewareHandler } from "hono";
import { refuse } from "./refuse.js";

/**
 * Answers only to the names that the server goes by. A page of another site can have its own name point at this machine (DNS rebinding);
 * its requests still carry that name.
 */
export function hostGuard(hosts: ReadonlySet<string>): MiddlewareHandler {
  return async (context, next) => {
    const host = context.req.header("host")?.toLowerCase();
    if (host === undefined || !hosts.has(host)) return refuse(403, "this server does not go by that name");
    return next();
  };
}

/** The names of a server that listens on this machine only. */
export function loopbackHosts(port: number): Set<string> {
  return new Set(["127.0.0.1", "[::1]", "localhost"].map((name) => (port === 80 ? name : `${name}:${port}`)));
}
