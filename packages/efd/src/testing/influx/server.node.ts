import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { nowNanos } from "@sonde/core";
import { parseInfluxql, type Statement } from "./influxql-parse.js";
import { type Cell, runStatement, type Series } from "./run.js";
import { World } from "./world.js";

export type InfluxServerOptions = {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** Fields by topic, as the schema registry has them. */
  readonly registry?: { readonly [topic: string]: readonly { readonly [key: string]: unknown }[] } | undefined;
};

/** Answers a request itself, and returns true; false leaves it to the server. */
export type Intercept = (request: { readonly query: string; readonly response: ServerResponse }) => boolean | Promise<boolean>;

export interface InfluxServer {
  readonly url: string;
  /** Of the schema registry. */
  readonly registry: string;
  /** Of the discovery service, which knows this server as "test_efd" and takes the token "test-token". */
  readonly discovery: string;
  /** The queries so far. */
  readonly queries: readonly string[];
  /** Line protocol, times in nanoseconds. Makes the database. */
  write(lines: string, database?: string): void;
  intercept(answer: Intercept | undefined): void;
  /** Sockets that are open. */
  connections(): Promise<number>;
  close(): Promise<void>;
}

/** An InfluxDB 1 in memory behind HTTP, with a schema registry and a discovery service, on a free port of this machine: for tests. */
export async function startInfluxServer(options: InfluxServerOptions = {}): Promise<InfluxServer> {
  const world = new World();
  world.database("efd");
  const queries: string[] = [];
  let intercept: Intercept | undefined;
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Listening on a port.
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", origin);
    response.setHeader("X-Influxdb-Version", "1.6.7");
    if (url.pathname === "/ping") {
      response.writeHead(204).end();
      return;
    }
    if (url.pathname.startsWith("/registry/")) {
      ofRegistry(url, response);
      return;
    }
    if (url.pathname === "/discovery") {
      ofDiscovery(request, response);
      return;
    }
    if (!authorised(request)) {
      send(response, 401, { error: "authorization failed" });
      return;
    }
    if (url.pathname === "/write" && request.method === "POST") {
      world.write(url.searchParams.get("db") ?? "", await text(request), nowNanos);
      response.writeHead(204).end();
      return;
    }
    if (url.pathname !== "/query") {
      send(response, 404, { error: "not found" });
      return;
    }
    const form = request.method === "POST" ? new URLSearchParams(await text(request)) : new URLSearchParams();
    const parameter = (name: string) => form.get(name) ?? url.searchParams.get(name) ?? undefined;
    const query = parameter("q") ?? "";
    if (options.username !== undefined && /^SHOW (FIELD|TAG) KEYS/i.test(query) && parameter("db") === undefined) {
      // As InfluxDB 1.6 has it, though the statement names the database.
      send(response, 403, { error: `error authorizing query: ${options.username} not authorized to execute statement, requires READ on ` });
      return;
    }
    queries.push(query);
    if (await intercept?.({ query, response })) return;
    let statements: readonly Statement[];
    try {
      statements = parseInfluxql(query);
    } catch (error) {
      send(response, 400, { error: error instanceof Error ? error.message : String(error) });
      return;
    }
    const size = parameter("chunked") === "true" ? Number(parameter("chunk_size") ?? 10_000) : Number.POSITIVE_INFINITY;
    response.writeHead(200, { "Content-Type": "application/json" });
    for (const [index, statement] of statements.entries()) {
      for (const document of documents(statement, index, size, parameter("db"))) {
        if (response.destroyed) return;
        if (!response.write(`${document}\n`)) await drained(response);
      }
    }
    response.end();
  }

  function* documents(statement: Statement, index: number, size: number, database: string | undefined): Generator<string> {
    let series: Series | undefined;
    try {
      series = runStatement(world, statement, database);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      yield `{"results":[{"statement_id":${index},"error":${JSON.stringify(message)}}]}`;
      return;
    }
    if (series === undefined) {
      yield `{"results":[{"statement_id":${index}}]}`;
      return;
    }
    const { name, columns, rows } = series;
    const head = `${name === undefined ? "" : `"name":${JSON.stringify(name)},`}"columns":${JSON.stringify(columns)}`;
    for (let from = 0; from < rows.length; from += size) {
      const values = rows.slice(from, from + size).map((row) => `[${row.map(cellText).join(",")}]`);
      const partial = from + size < rows.length ? ',"partial":true' : "";
      yield `{"results":[{"statement_id":${index},"series":[{${head},"values":[${values.join(",")}]${partial}}]${partial}}]}`;
    }
  }

  function authorised({ headers }: IncomingMessage): boolean {
    if (options.username === undefined) return true;
    return headers.authorization === `Basic ${Buffer.from(`${options.username}:${options.password}`).toString("base64")}`;
  }

  function ofRegistry(url: URL, response: ServerResponse): void {
    const topic = decodeURIComponent(/^\/registry\/subjects\/(.+)-value\/versions\/latest$/.exec(url.pathname)?.[1] ?? "");
    const fields = options.registry?.[topic];
    if (fields === undefined) send(response, 404, { error_code: 40401, message: `Subject '${topic}-value' not found.` });
    else
      send(response, 200, {
        subject: `${topic}-value`,
        version: 1,
        id: 1,
        schema: JSON.stringify({ type: "record", name: "value", fields }),
      });
  }

  function ofDiscovery(request: IncomingMessage, response: ServerResponse): void {
    const { username, password } = options;
    const entry = { url: `${origin}/`, username, password, schema_registry: `${origin}/registry`, database: "efd" };
    if (request.headers.authorization === "Bearer test-token") send(response, 200, { test_efd: entry });
    else send(response, 403, { detail: "forbidden" });
  }

  return {
    url: `${origin}/`,
    registry: `${origin}/registry`,
    discovery: `${origin}/discovery`,
    queries,
    write: (lines, database = "efd") => world.write(database, lines, nowNanos),
    intercept(given) {
      intercept = given;
    },
    connections: () => new Promise((resolve, reject) => server.getConnections((error, count) => (error ? reject(error) : resolve(count)))),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Room for more, or nobody who reads. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off("drain", done).off("close", done);
      resolve();
    };
    response.on("drain", done).on("close", done);
  });
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}

/** Integers by their digits, floats as Go prints them for JSON. */
function cellText(cell: Cell): string {
  return typeof cell === "bigint" ? String(cell) : JSON.stringify(cell);
}
