import { type Fetch, request, retry, targetOf } from "@sonde/core/bytes";
import type { BackEndCall, DeviceSettings } from "../types.js";

export type Ask = {
  readonly method?: "GET" | "HEAD" | "POST" | undefined;
  readonly query?: { readonly [name: string]: string | bigint | number | undefined } | undefined;
  readonly json?: unknown;
  /** Statuses that are answers here. */
  readonly expect?: readonly number[] | undefined;
  /** Whether it may be asked again; true without it. */
  readonly repeatable?: boolean | undefined;
};

/** Requests to the HTTP API of one ReductStore. */
export interface ReductHttp {
  readonly target: string;
  ask(path: readonly string[], options: Ask, call: BackEndCall): Promise<Response>;
}

export function reductHttp(device: DeviceSettings, origin: string): ReductHttp {
  const { password, timeout, attempts, headers = {} } = device;
  const fetch: Fetch | undefined = device.fetch;
  const target = targetOf(new URL(origin));
  return {
    target,
    async ask(path, { method = "GET", query = {}, json, expect, repeatable = true }, { signal, observe }) {
      const url = new URL(`${origin}/api/v1/${path.map(encodeURIComponent).join("/")}`);
      for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
      const task = () =>
        request(url, {
          signal,
          method,
          headers: {
            ...headers,
            authorization: `Bearer ${password}`,
            ...(json === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(json === undefined ? {} : { body: JSON.stringify(json) }),
          ...(fetch === undefined ? {} : { fetch }),
          ...(observe === undefined ? {} : { observe }),
          expect,
          idleTimeout: timeout,
          explain: detailOf,
        });
      const started = performance.now();
      return retry(task, {
        signal,
        attempts: repeatable ? attempts : 1,
        onRetry: () => observe?.({ kind: "retry", target, milliseconds: performance.now() - started, bytes: 0 }),
      });
    },
  };
}

/** Servers before 1.5 explain themselves in the body. */
function detailOf(body: string): string | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return parsed instanceof Object && "detail" in parsed && typeof parsed.detail === "string" ? parsed.detail : undefined;
  } catch {
    return undefined;
  }
}

/** "1.10" is after "1.5". */
export interface ApiVersion {
  readonly major: number;
  readonly minor: number;
}
export function parseApiVersion(text: string | null): ApiVersion | undefined {
  const match = /^v?(\d{1,6})\.(\d{1,6})/.exec(text ?? "");
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}
export const atLeast = (version: ApiVersion, major: number, minor: number): boolean =>
  version.major > major || (version.major === major && version.minor >= minor);
