import { createServer, type RequestListener } from "node:http";
import { isSondeError } from "@sonde/core/bytes";
import { onTestFinished } from "vitest";
import { type S3Options, s3 } from "../src/index.js";
import { type S3Server, type S3ServerOptions, startS3 } from "../src/testing/index.js";

export const bytesOf = (text: string) => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A server for one test. */
export async function server(options: S3ServerOptions = {}): Promise<S3Server> {
  const started = await startS3(options);
  onTestFinished(() => started.close());
  return started;
}

/** The bucket of such a server, with waits too short to be felt. */
export function bucketOf({ endpoint, region, credentials }: S3Server, options: Partial<S3Options> = {}) {
  return s3({ bucket: "bucket", endpoint, region, credentials, baseDelay: "1ms", ...options });
}

/** A plain web server for one test. */
export async function web(listener: RequestListener): Promise<string> {
  const http = createServer(listener);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    http.closeAllConnections();
    http.close();
  });
  const address = http.address();
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}

/** What it rejects with, which must be an error of ours. */
export async function refusal(work: Promise<unknown>): Promise<Error & { readonly code: string; readonly [detail: string]: unknown }> {
  const error = await work.then(
    () => new Error("nothing was refused"),
    (reason: unknown) => reason,
  );
  if (!isSondeError(error)) throw error;
  // The details differ by code; tests look at them by name.
  return error as unknown as Error & { readonly code: string; readonly [detail: string]: unknown };
}

/** Keys as instruments, people and attackers write them. */
export const oddKeys = [
  "topics/a/year=2020/a+0+0000003600.snappy.parquet",
  "with space/and  two",
  "plus+plus/eq=eq&amp=1?question#hash",
  "Zürich/温度/🌡️/ß",
  "%2e%2e/%2F/100%",
  "a//b",
  "/leading",
  "trailing/",
  "quote'\"<&>!*()[]{}^`|~,;:@$",
  "__proto__",
  "back\\slash",
  "\u{10ffff}\uffff\ue000",
  "tab\tnew\nline",
];

/** Those of them that can be paths. */
export const folderKeys = oddKeys.filter((key) => !/\/\/|^\/|\/$|%2|\\/.test(key));
