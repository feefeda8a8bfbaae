import type { MiddlewareHandler } from "hono";
import { refuse } from "./refuse.js";

/**
 * Refuses what a page of another site sends. A browser names the page's origin in `Origin`, and says in `Sec-Fetch-Site` whether it is this
 * one; programs send neither, which is no reason to trust them: the session guard comes next.
 */
export function originGuard(): MiddlewareHandler {
  return async (context, next) => {
    const origin = context.req.header("origin");
    const site = context.req.header("sec-fetch-site");
    if (origin !== undefined && !sameOrigin(origin, context.req.header("host")))
      return refuse(403, "pages of other origins are not answered");
    // "none" is a person who typed the address.
    if (site !== undefined && site !== "same-origin" && site !== "none") return refuse(403, "pages of other sites are not answered");
    return next();
  };
}

function sameOrigin(origin: string, host: string | undefined): boolean {
  try {
    const { protocol, host: named } = new URL(origin);
    return (protocol === "http:" || protocol === "https:") && host !== undefined && named === host.toLowerCase();
  } catch {
    // "null", of sandboxed pages and files.
    return false;
  }
}
