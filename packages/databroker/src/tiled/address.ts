import { httpUrl, sondeError, targetOf } from "@sonde/core/bytes";

/** A server and the folder of it that holds the runs. */
export type TiledAddress = {
  /** Ends in `/api/v1`. */
  readonly api: string;
  /** Names from the root of the server on. */
  readonly path: readonly string[];
};

/**
 * A server's address, the address of one of its nodes, or that of the page on which a browser shows it: `http://host:8000`,
 * `http://host:8000/api/v1/metadata/bmm/raw`, `http://host:8000/ui/browse/bmm/raw`. Rejects `options`, for an API key in it too: it would
 * stand in logs.
 */
export function tiledAddress(input: string | URL, path: string | readonly string[] | undefined): TiledAddress {
  const url = httpUrl(input);
  if (url.searchParams.has("api_key")) {
    throw sondeError("options", `the address of ${targetOf(url)} holds an API key, which would stand in logs: pass it as apiKey`, {
      issues: [{ path: "url", message: "must not hold an API key" }],
    });
  }
  const [, before = "", rest = ""] = /^(.*?)\/(?:api\/v1(?:\/metadata|\/search)?|ui\/browse)(\/.*)?$/.exec(url.pathname) ?? [
    undefined,
    url.pathname,
    "",
  ];
  const given = typeof path === "string" ? path.split("/") : (path ?? []);
  const names = [...rest.split("/").map(decodeURIComponent), ...given].filter((name) => name !== "");
  return { api: `${url.origin}${before.replace(/\/+$/, "")}/api/v1`, path: names };
}

/** Whether a node can be called so: URLs take dots for the way up, escaped ones too, and servers slashes for the way down. */
export const isName = (name: string): boolean => name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name);

/** A path of names in a URL. Rejects `not-found` for names that no node can have. */
export function encodePath(names: readonly string[]): string {
  const wrong = names.find((name) => !isName(name));
  if (wrong === undefined) return names.map(encodeURIComponent).join("/");
  throw sondeError("not-found", `no node of a Tiled server is called ${JSON.stringify(wrong.slice(0, 200))}`, { id: wrong });
}
