/** What any host may know. Everything else (Authorization, keys under any name, cookies) stays with the host that the user named. */
const HARMLESS = new Set(["accept", "accept-encoding", "if-match", "if-none-match", "if-range", "range", "user-agent"]);
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Whether `fetch` itself may follow redirects: it repeats bodies and unknown headers wherever it is sent. */
export function mayFollow(method: string, headers: Headers): boolean {
  return isRead(method) && [...headers.keys()].every((name) => HARMLESS.has(name));
}

/**
 * Where a GET or HEAD goes on, and with which headers. `fetch` itself drops only Authorization and cookies on the way to another origin,
 * not the key headers that archives use. Undefined: the answer is final, or is left to become an error.
 */
export function redirectOf(
  response: Response,
  from: URL,
  headers: Headers,
  method: string,
): { readonly address: URL; readonly headers: Headers } | undefined {
  if (!REDIRECTS.has(response.status) || !isRead(method)) return undefined;
  const address = resolve(response.headers.get("location"), from);
  if (address === undefined) return undefined;
  if (address.origin === from.origin) return { address, headers };
  const kept = new Headers();
  for (const [name, value] of headers) if (HARMLESS.has(name)) kept.set(name, value);
  return { address, headers: kept };
}

function isRead(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

function resolve(location: string | null, from: URL): URL | undefined {
  if (location === null) return undefined;
  try {
    const url = new URL(location, from);
    const http = url.protocol === "https:" || (url.protocol === "http:" && from.protocol === "http:");
    return http && url.username === "" && url.password === "" ? url : undefined;
  } catch {
    return undefined;
  }
}
