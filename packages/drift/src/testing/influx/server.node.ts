import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { nowNanos } from "@sonde/core";
import { annotatedCsv } from "./annotated-csv.js";
import { parseFlux } from "./flux-parser.js";
import { type FieldValue, type FluxStore, runPipeline } from "./flux-run.js";

export type InfluxServerOptions = {
  /** Default "panda". */
  readonly organisation?: string | undefined;
  /** Default "data". */
  readonly bucket?: string | undefined;
  readonly token: string;
  /** The server's clock, in nanoseconds. */
  readonly now?: (() => bigint) | undefined;
};

/** What the server does in place of its answer to the next query. */
export type InfluxFault = { readonly status: number; readonly body?: string } | { readonly csv: string };

/** InfluxDB 2 as far as a Drift device uses it, in this process, on a free port of 127.0.0.1. */
export interface InfluxServer extends AsyncDisposable {
  readonly port: number;
  /** Scripts that were asked, the refused ones too. */
  readonly queries: readonly string[];
  /** A point: fields of a measurement at a time in nanoseconds. */
  write(
    measurement: string,
    time: bigint,
    fields: { readonly [field: string]: FieldValue },
    tags?: { readonly [name: string]: string },
  ): void;
  /** Strikes the next query, and no other. */
  inject(fault: InfluxFault): void;
  close(): Promise<void>;
}

/**
 * Starts a server that answers the Flux of Drift's clients (ours, and the Python one's) with annotated CSV. What is no such query is
 * refused as InfluxDB refuses what it can't compile.
 *
 * @example
 * ```ts
 * const server = await startInflux({ token: "secret" });
 * server.write("energy-distr-1", 1661949759708000000n, { status: 0n, d1: 0.78 });
 * ```
 */
export async function startInflux(options: InfluxServerOptions): Promise<InfluxServer> {
  const { organisation = "panda", bucket = "data", token, now = nowNanos } = options;
  type Series = FluxStore["series"][number] & { readonly points: { readonly time: bigint; readonly value: FieldValue }[] };
  const series = new Map<string, Series>();
  const queries: string[] = [];
  const faults: InfluxFault[] = [];

  const answer = async (message: IncomingMessage, response: ServerResponse) => {
    const url = new URL(message.url ?? "/", "http://influx");
    const chunks: Uint8Array[] = [];
    for await (const chunk of message) chunks.push(chunk);
    response.setHeader("x-influxdb-version", "v2.7.1");
    response.setHeader("x-influxdb-build", "OSS");
    const refuse = (status: number, code: string, text: string) => {
      response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
      response.end(JSON.stringify({ code, message: text }));
    };
    const csv = (text: string) => {
      response.writeHead(200, { "content-type": "text/csv; charset=utf-8" });
      response.end(text);
    };
    if (url.pathname === "/ping" || url.pathname === "/health") return void response.writeHead(204).end();
    if (url.pathname !== "/api/v2/query" || message.method !== "POST") return refuse(404, "not found", "path not found");
    if (message.headers.authorization !== `Token ${token}`) return refuse(401, "unauthorized", "unauthorized access");
    if (url.searchParams.get("org") !== organisation) return refuse(404, "not found", "organization name not found");
    const query = scriptOf(Buffer.concat(chunks));
    if (query === undefined) return refuse(400, "invalid", "request body requires either query or AST");
    queries.push(query);
    const fault = faults.shift();
    if (fault !== undefined) {
      if ("csv" in fault) return csv(fault.csv);
      response.writeHead(fault.status, { "content-type": "application/json; charset=utf-8" });
      return void response.end(fault.body ?? "");
    }
    try {
      const store: FluxStore = { bucket, series: [...series.values()] };
      csv(annotatedCsv(parseFlux(query).map((pipeline) => runPipeline(pipeline, store, now()))));
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      if (text.startsWith("could not find")) refuse(404, "not found", `failed to initialize execute state: ${text}`);
      else refuse(400, "invalid", `compilation failed: ${text}`);
    }
  };

  const http = createServer((message, response) => {
    response.on("error", () => {});
    answer(message, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    http.once("error", reject);
    http.listen(0, "127.0.0.1", resolve);
  });
  const address = http.address();
  const close = async () => {
    http.closeAllConnections();
    await new Promise<void>((resolve) => http.close(() => resolve()));
  };
  return {
    port: typeof address === "object" && address ? address.port : 0,
    queries,
    write(measurement, time, fields, tags = {}) {
      for (const [field, value] of Object.entries(fields)) {
        const key = JSON.stringify([measurement, field, typeof value, tags]);
        const known = series.get(key) ?? { measurement, field, tags, points: [] };
        series.set(key, known);
        const { points } = known;
        let at = points.length;
        while (at > 0 && (points[at - 1]?.time ?? 0n) >= time) at -= 1;
        // A second value of one time takes the place of the first.
        points.splice(at, points[at]?.time === time ? 1 : 0, { time, value });
      }
    },
    inject: (fault) => void faults.push(fault),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function scriptOf(body: Uint8Array): string | undefined {
  try {
    const asked: unknown = JSON.parse(Buffer.from(body).toString("utf8"));
    return asked instanceof Object && "query" in asked && typeof asked.query === "string" ? asked.query : undefined;
  } catch {
    return undefined;
  }
}
