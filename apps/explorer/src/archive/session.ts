import type { Fetch } from "@sonde/core/bytes";

const storageKey = "sonde-token";
const channelName = "sonde-session";
/** Another tab of the same page answers at once, or is not there. */
const patience = 250;

/** The page's leave to ask: kept for this tab alone, never in an address. */
export interface Session {
  readonly token: string | undefined;
}

/**
 * Exchanges the code that the server printed, which stands behind `#` and is taken out of the address at once; without one, takes the token of
 * before a reload, or that of another open tab. Without any the session has no token, and the server says so to every question.
 */
export async function openSession(): Promise<Session> {
  const { code, rest } = splitCode(location.hash);
  if (code !== undefined) {
    history.replaceState(null, "", `${location.pathname}${location.search}${rest === "" ? "" : `#${rest}`}`);
    const token = await exchange(code);
    if (token !== undefined) sessionStorage.setItem(storageKey, token);
  }
  const token = sessionStorage.getItem(storageKey) ?? (await tokenOfOtherTab());
  if (token === undefined) return { token };
  sessionStorage.setItem(storageKey, token);
  lend(token);
  return { token };
}

/** `#code=…&v=1&…`: the code of the session, and what else the fragment says. */
export function splitCode(hash: string): { readonly code: string | undefined; readonly rest: string } {
  const pairs = hash
    .replace(/^#/, "")
    .split("&")
    .filter((pair) => pair !== "");
  const code = pairs.find((pair) => pair.startsWith("code="))?.slice("code=".length);
  return { code, rest: pairs.filter((pair) => !pair.startsWith("code=")).join("&") };
}

async function exchange(code: string): Promise<string | undefined> {
  const response = await fetch("/session", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ code }),
  });
  if (!response.ok) return undefined;
  const answer: unknown = await response.json();
  return typeof answer === "object" && answer !== null && "token" in answer && typeof answer.token === "string" ? answer.token : undefined;
}

/** A tab that has a session answers one that asks: only pages of this very server hear each other. */
function lend(token: string): void {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener("message", ({ data }) => {
    if (data === "ask") channel.postMessage({ token });
  });
}

function tokenOfOtherTab(): Promise<string | undefined> {
  const channel = new BroadcastChannel(channelName);
  return new Promise<string | undefined>((resolve) => {
    const timer = setTimeout(() => resolve(undefined), patience);
    channel.addEventListener("message", ({ data }) => {
      if (typeof data !== "object" || data === null || typeof data.token !== "string") return;
      clearTimeout(timer);
      resolve(data.token);
    });
    channel.postMessage("ask");
  }).finally(() => channel.close());
}

/** One question of the page: for the list of requests. */
export type Asked = {
  readonly number: number;
  readonly question: string;
  readonly status: number | "cancelled" | "failed" | "open";
  readonly milliseconds: number;
  readonly bytes: number;
};

/** `fetch` with the session's token, told to `onAsked` when it begins and when its answer has ended. */
export function sessionFetch(session: Session, onAsked: (asked: Asked) => void): Fetch {
  let number = 0;
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    if (session.token !== undefined) headers.set("x-sonde-token", session.token);
    const url = new URL(input, location.href);
    const asked = { number: ++number, question: decodeURIComponent(`${url.pathname}${url.search}`.replaceAll("%25", "%2525")) };
    const begun = performance.now();
    let bytes = 0;
    const tell = (status: Asked["status"]) => onAsked({ ...asked, status, milliseconds: performance.now() - begun, bytes });
    tell("open");
    try {
      const response = await fetch(input, { ...init, headers });
      if (response.body === null) {
        tell(response.status);
        return response;
      }
      const reader = response.body.getReader();
      const counted = new ReadableStream<Uint8Array>({
        async pull(controller) {
          try {
            const { done, value } = await reader.read();
            if (done) {
              controller.close();
              return tell(response.status);
            }
            bytes += value.byteLength;
            controller.enqueue(value);
          } catch (error) {
            tell(init?.signal?.aborted ? "cancelled" : "failed");
            controller.error(error);
          }
        },
        cancel(reason) {
          tell("cancelled");
          return reader.cancel(reason);
        },
      });
      return new Response(counted, { status: response.status, statusText: response.statusText, headers: response.headers });
    } catch (error) {
      tell(init?.signal?.aborted ? "cancelled" : "failed");
      throw error;
    }
  };
}
