import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface LocalServer {
  readonly url: string;
  /** In order of arrival. */
  readonly requests: { readonly method: string; readonly url: string; readonly headers: IncomingMessage["headers"] }[];
  /** Answers that are neither complete nor given up by the client. */
  readonly unfinished: ReadonlySet<ServerResponse>;
}

/** A real server on loopback, gone at the end of the test. */
export async function serve(handler: (request: IncomingMessage, response: ServerResponse, index: number) => void): Promise<LocalServer> {
  const requests: LocalServer["requests"] = [];
  const unfinished = new Set<ServerResponse>();
  const server = createServer((request, response) => {
    requests.push({ method: request.method ?? "", url: request.url ?? "", headers: request.headers });
    unfinished.add(response);
    response.on("close", () => unfinished.delete(response));
    handler(request, response, requests.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  // An IP server's address is no text.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, unfinished };
}

/** Answers a range as a good server does: 206, 200 without one, 412 where If-Match does not, 416 past the end. */
export function serveRange(content: Uint8Array, request: IncomingMessage, response: ServerResponse, etag = '"v1"'): void {
  response.setHeader("etag", etag);
  response.setHeader("accept-ranges", "bytes");
  const condition = request.headers["if-match"];
  if (condition !== undefined && condition !== etag) return void response.writeHead(412).end();
  const match = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? "");
  if (match === null) return void response.writeHead(200, { "content-length": content.length }).end(content);
  const start = Number(match[1]);
  const end = Math.min(Number(match[2]) + 1, content.length);
  if (start >= end) return void response.writeHead(416, { "content-range": `bytes */${content.length}` }).end();
  const part = content.subarray(start, end);
  response.writeHead(206, { "content-range": `bytes ${start}-${end - 1}/${content.length}`, "content-length": part.length }).end(part);
}
