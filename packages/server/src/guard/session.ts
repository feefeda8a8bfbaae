import { Hono, type MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { refuse } from "./refuse.js";

const cookieName = "sonde-session";
const wrongCodes = 10;

/** Who may ask: the one who has the code that was printed, or the token. */
export interface Session {
  /** Good for one exchange. It stands in the printed address behind `#`, which no browser sends, logs or passes on. */
  readonly code: string;
  /** What programs send: `Authorization: Bearer …`. */
  readonly token: string;
  /** `POST /session {"code"}` → a cookie that scripts can't read, and the token of the page: each request of a page carries both. */
  readonly routes: Hono;
  readonly guard: MiddlewareHandler;
}

export function createSession(given?: string): Session {
  const token = given ?? secret();
  const code = secret();
  const pages = new Map<string, string>();
  let used = false;
  let wrong = 0;

  const routes = new Hono();
  routes.post("/session", async (context) => {
    if (context.req.header("content-type")?.split(";")[0] !== "application/json") return refuse(415, "the code comes as JSON");
    if (wrong >= wrongCodes) return refuse(429, "too many wrong codes: start the server again");
    const body: unknown = await context.req.json().catch(() => undefined);
    const asked = typeof body === "object" && body !== null && "code" in body ? body.code : undefined;
    const right = typeof asked === "string" && (await equal(asked, code));
    if (!right || used) {
      wrong += 1;
      return refuse(401, "the code is wrong or was used: start the server again for a new one");
    }
    used = true;
    const cookie = secret();
    const header = secret();
    pages.set(cookie, header);
    setCookie(context, cookieName, cookie, { httpOnly: true, sameSite: "Strict", path: "/" });
    return context.json({ token: header }, 200, { "cache-control": "no-store" });
  });

  return {
    code,
    token,
    routes,
    guard: async (context, next) => {
      const bearer = /^Bearer (\S+)$/.exec(context.req.header("authorization") ?? "")?.[1];
      if (bearer !== undefined && (await equal(bearer, token))) return next();
      const cookie = getCookie(context, cookieName);
      const header = context.req.header("x-sonde-token");
      const expected = cookie === undefined ? undefined : pages.get(cookie);
      // The cookie alone is what a browser would send for any page: the header is what only ours knows.
      if (expected !== undefined && header !== undefined && (await equal(header, expected))) return next();
      return refuse(401, "open the address that the server printed, or send its token");
    },
  };
}

/** 256 random bits, in letters that need no escaping. */
function secret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Takes as long for a wrong first letter as for a wrong last one: what is compared are digests, to the end. */
async function equal(a: string, b: string): Promise<boolean> {
  const digest = async (text: string) => new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  const [first, second] = await Promise.all([digest(a), digest(b)]);
  return first.reduce((difference, byte, index) => difference | (byte ^ (second[index] ?? 0)), 0) === 0;
}
