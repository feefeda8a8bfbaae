import { readdir, readFile } from "node:fs/promises";
import { extname, join, posix, relative, sep } from "node:path";
import { Hono } from "hono";

const types: { readonly [extension: string]: string } = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
};

/**
 * The files of a page, listed once at the start: an address is looked up in that list and never becomes a path, so that none leads out of
 * the folder. Links are not followed.
 */
export async function assetRoutes(folder: string): Promise<Hono> {
  const files = new Map<string, string>();
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(posix.join("/", relative(folder, path).split(sep).join("/")), path);
  }
  const routes = new Hono();
  routes.get("*", async (context, next) => {
    const name = context.req.path === "/" ? "/index.html" : context.req.path;
    const path = files.get(name);
    if (path === undefined) return next();
    const type = types[extname(name)] ?? "application/octet-stream";
    // Built names hold a hash of what is in them.
    const cache = /-[\w-]{8,}\.\w+$/.test(name) ? "public, max-age=31536000, immutable" : "no-cache";
    return new Response(new Uint8Array(await readFile(path)), { headers: { "content-type": type, "cache-control": cache } });
  });
  return routes;
}
