import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { toIPC } from "@sonde/core";
import { arrowType, batchOf, fieldOf, schemaOf, tableOf } from "@sonde/core/connector";
import { type WebSocket, WebSocketServer } from "ws";
import type { DocumentPair, EventDescriptor, RunStart, RunStop } from "../../src/event-model/documents.js";

type Served = { readonly start: RunStart; stop?: RunStop; readonly documents: DocumentPair[]; readonly closed: Set<WebSocket> };
export type FakeArray = { readonly shape: readonly number[]; readonly dtype: string; readonly bytes: Uint8Array };
type Fault = (request: IncomingMessage, response: ServerResponse) => boolean;

export const apiKey = "a key that nobody may see";

/** A Tiled server over documents, as the two kinds of tree answer: pages whose links forget filters and order, filters that are not known ignored. */
export async function startFakeTiled(options: {
  readonly dialect: "sql" | "mongo";
  readonly arrays?: { readonly [path: string]: FakeArray };
}) {
  const runs = new Map<string, Served>();
  const sockets = new Map<string, Set<WebSocket>>();
  const requests: { readonly path: string; readonly query: URLSearchParams; readonly headers: IncomingMessage["headers"] }[] = [];
  let fault: Fault = () => false;

  const tell = (path: string, message: object) => {
    for (const socket of sockets.get(path) ?? []) socket.send(JSON.stringify(message));
  };
  const add = ([name, document]: DocumentPair): void => {
    if (name === "start") {
      runs.set(document.uid, { start: document, documents: [["start", document]], closed: new Set() });
      tell("", { type: "container-child-created", key: document.uid, metadata: { start: document } });
      return;
    }
    const run = [...runs.values()].find(({ documents }) => documents.some(([, item]) => owns(item, document)));
    if (run === undefined) throw new Error(`no run for a ${name}`);
    run.documents.push([name, document] as unknown as DocumentPair);
    const uid = run.start.uid;
    if (name === "descriptor") tell(uid, { type: "container-child-created", key: document.name });
    if (name === "event") {
      const stream = streamOf(run, document.descriptor);
      const payload = Object.fromEntries(columnsOf(run, stream).map(([column, cells]) => [column, cells.slice(-1)]));
      tell(`${uid}/${stream}/internal`, { type: "table-data", sequence: 1, partition: 0, append: true, payload });
    }
    if (name === "stop") {
      run.stop = document;
      for (const [path, open] of sockets) if (path.startsWith(uid)) for (const socket of open) socket.close(1000, "Producer ended stream");
    }
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://fake");
    requests.push({ path: url.pathname, query: url.searchParams, headers: request.headers });
    if (fault(request, response)) return;
    if (request.headers.authorization !== `Apikey ${apiKey}`) return json(response, { detail: "Invalid API key" }, 401);
    answer(url, response).catch((error: unknown) => json(response, { detail: String(error) }, 500));
  });

  async function answer(url: URL, response: ServerResponse): Promise<void> {
    const [, route = "", rest = ""] = /^\/api\/v1\/([a-z]*(?:\/(?:full|partition))?)\/?(.*)$/.exec(url.pathname) ?? [];
    const path = decodeURIComponent(rest)
      .split("/")
      .filter((part) => part !== "");
    switch (route) {
      case "": {
        const queries = ["fulltext", "eq", "comparison", "contains", "in", "keypresent", "like"];
        return json(response, { api_version: 0, library_version: "0.2.0", queries });
      }
      case "metadata": {
        const node = nodeOf(path);
        return node === undefined
          ? json(response, { detail: `No such entry: ${path}` }, 404)
          : json(response, { data: node, error: null, links: null, meta: {} });
      }
      case "search":
        return json(response, searched(path, url));
      case "distinct": {
        const key = url.searchParams.get("metadata") ?? "";
        const counts = new Map<unknown, number>();
        for (const { start } of runs.values()) counts.set(at(start, key.slice(6)), (counts.get(at(start, key.slice(6))) ?? 0) + 1);
        const values = [...counts].filter(([value]) => value !== undefined).map(([value, count]) => ({ value, count }));
        return json(response, { metadata: { [key]: values } });
      }
      case "table/partition": {
        const run = runs.get(path[0] ?? "");
        if (run === undefined) return json(response, { detail: "No such entry" }, 404);
        const wanted = url.searchParams.getAll("column");
        const columns = columnsOf(run, path[1] ?? "").filter(([name]) => wanted.length === 0 || wanted.includes(name));
        response.writeHead(200, { "content-type": "application/vnd.apache.arrow.file" });
        return void response.end(await arrowOf(columns));
      }
      case "array/full": {
        const array = options.arrays?.[path.join("/")];
        if (array === undefined) return json(response, { detail: "No such entry" }, 404);
        response.writeHead(200, { "content-type": "application/octet-stream" });
        return void response.end(slicedBytes(array, url.searchParams.get("slice") ?? ""));
      }
      case "documents": {
        const run = runs.get(path[0] ?? "");
        response.writeHead(200, { "content-type": "application/json-seq" });
        return void response.end((run?.documents ?? []).map(([name, doc]) => `${python({ name, doc })}\n`).join(""));
      }
      default:
        return json(response, { detail: "Not Found" }, 404);
    }
  }

  const runNode = ({ start, stop }: Served) =>
    entry(start.uid, "container", { start, ...(options.dialect === "mongo" ? { stop: stop ?? null } : stop && { stop }) }, [
      { name: "BlueskyRun", version: options.dialect === "mongo" ? "1" : "3.0" },
    ]);

  function nodeOf(path: readonly string[]): object | undefined {
    const [uid, stream, leaf] = path;
    if (uid === undefined) {
      const specs = options.dialect === "mongo" ? [{ name: "CatalogOfBlueskyRuns", version: "1" }] : [];
      return entry("", "container", {}, specs);
    }
    const run = runs.get(uid);
    if (run === undefined) return undefined;
    if (stream === undefined) return runNode(run);
    const array = options.arrays?.[path.join("/")];
    if (array !== undefined) return entry(path.at(-1) ?? "", "array", {}, [], arrayStructure(array));
    const columns = columnsOf(run, stream);
    if (leaf === "internal" && options.dialect === "sql" && columns.length > 0) {
      return entry("internal", "table", {}, [], { columns: columns.map(([name]) => name), npartitions: 1, arrow_schema: "" });
    }
    return undefined;
  }

  function searched(path: readonly string[], url: URL): object {
    const [uid] = path;
    const { searchParams: query } = url;
    const limit = Number(query.get("page[limit]") ?? 100);
    const offset = Number(query.get("page[offset]") ?? 0);
    const all = uid === undefined ? sorted([...runs.values()].filter(filterOf(query)), query).map(runNode) : streamNodes(uid);
    const data = all.slice(offset, offset + limit);
    const end = offset + limit;
    const next =
      end < all.length || limit === 0 ? `http://elsewhere.example/api/v1/search/?page[offset]=${end}&page[limit]=${limit}` : null;
    return { data, error: null, links: { self: "", first: "", next }, meta: { count: all.length } };
  }

  function streamNodes(uid: string): object[] {
    const run = runs.get(uid);
    const descriptors = (run?.documents ?? []).flatMap(([name, document]): EventDescriptor[] =>
      name === "descriptor" ? [document as EventDescriptor] : [],
    );
    const names = [...new Set(descriptors.map(({ name }) => name ?? "primary"))];
    return names.map((name) => {
      const own = descriptors.filter((item) => (item.name ?? "primary") === name);
      if (options.dialect === "mongo")
        return entry(name, "container", { descriptors: own, stream_name: name }, [{ name: "BlueskyEventStream", version: "1" }]);
      const [first, ...updates] = own;
      const { name: _name, object_keys: _keys, run_start: _run, ...metadata } = { ...first! };
      const more = updates.map(({ uid: update, time, configuration }) => ({ uid: update, time, configuration }));
      return entry(name, "container", { ...metadata, ...(more.length > 0 && { _config_updates: more }) }, [
        { name: "BlueskyEventStream", version: "3.0" },
      ]);
    });
  }

  const live = new WebSocketServer({ server });
  live.on("connection", (socket, request) => {
    const path = decodeURIComponent(new URL(request.url ?? "", "http://fake").pathname.replace("/api/v1/stream/single/", ""));
    socket.once("message", (data) => {
      const first = JSON.parse(String(data)) as { readonly type?: string; readonly api_key?: string };
      if (first.type !== "auth" || first.api_key !== apiKey) return socket.close(4003, "refused");
      const run = runs.get(path.split("/")[0] ?? "");
      if (path !== "" && (run === undefined || (path.endsWith("internal") && nodeOf(path.split("/")) === undefined)))
        return socket.close(4404, "no such node");
      if (path !== "" && run?.stop !== undefined) return socket.close(1000, "Producer ended stream");
      sockets.set(path, (sockets.get(path) ?? new Set()).add(socket));
      socket.on("close", () => sockets.get(path)?.delete(socket));
      return socket.send(JSON.stringify({ type: "container-schema", version: 1 }));
    });
  });

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    add,
    /** Breaks every socket, as a restart does. */
    drop: () => {
      for (const open of sockets.values()) for (const socket of open) socket.terminate();
    },
    listening: (path: string) => sockets.get(path)?.size ?? 0,
    setFault: (next: Fault | undefined) => {
      fault = next ?? (() => false);
    },
    async close() {
      for (const client of live.clients) client.terminate();
      live.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function owns(item: object, document: object): boolean {
  if (!("uid" in item)) return false;
  const { run_start, descriptor, resource } = document as {
    readonly run_start?: string;
    readonly descriptor?: string;
    readonly resource?: string;
  };
  return item.uid === (run_start ?? descriptor ?? resource);
}

function streamOf(run: Served, descriptor: string): string {
  const found = run.documents.find(([name, item]) => name === "descriptor" && (item as EventDescriptor).uid === descriptor);
  return (found?.[1] as EventDescriptor | undefined)?.name ?? "primary";
}

/** As TiledWriter lays them out. */
function columnsOf(run: Served, stream: string): [name: string, cells: unknown[]][] {
  const events = run.documents.flatMap(([name, document]) =>
    name === "event" && streamOf(run, document.descriptor) === stream ? [document] : [],
  );
  if (events.length === 0) return [];
  const keys = [...new Set(events.flatMap(({ data, filled }) => Object.keys(data).filter((key) => filled?.[key] === undefined)))];
  return [
    ["seq_num", events.map(({ seq_num }) => Number(seq_num))],
    ["time", events.map(({ time }) => time)],
    ...keys.map((key): [string, unknown[]] => [key, events.map(({ data }) => data[key] ?? null)]),
    ...keys.map((key): [string, unknown[]] => [`ts_${key}`, events.map(({ timestamps }) => timestamps[key] ?? null)]),
  ];
}

async function arrowOf(columns: readonly (readonly [name: string, cells: readonly unknown[]])[]): Promise<Uint8Array> {
  const typeOf = (cells: readonly unknown[]) => {
    const sample = cells.find((cell) => cell !== null);
    if (typeof sample === "string") return arrowType.utf8();
    if (typeof sample === "boolean") return arrowType.bool();
    if (Array.isArray(sample)) return arrowType.list(arrowType.float64());
    return arrowType.float64();
  };
  const schema = schemaOf(columns.map(([name, cells]) => fieldOf(name, typeOf(cells), {}, cells.includes(null))));
  const batch = batchOf(
    schema,
    Object.fromEntries(columns.map(([name, cells]) => [name, cells.map((cell) => (typeof cell === "bigint" ? Number(cell) : cell))])),
  );
  return toIPC(tableOf(schema, [batch]), { format: "file" });
}

function slicedBytes({ shape, dtype, bytes }: FakeArray, text: string): Uint8Array {
  const width = Number(dtype.slice(2));
  const ranges = shape.map((length, k) => {
    const part = text.split(",")[k] ?? "";
    const [start, end] = part.includes(":") ? part.split(":") : ["", ""];
    return [start === "" ? 0 : Number(start), end === "" || end === undefined ? length : Number(end)] as const;
  });
  const pieces: Uint8Array[] = [];
  const walk = (dimension: number, at: number): void => {
    const range = ranges[dimension];
    if (range === undefined) return void pieces.push(bytes.subarray(at * width, (at + 1) * width));
    for (let k = range[0]; k < range[1]; k++) walk(dimension + 1, at * shape[dimension]! + k);
  };
  walk(0, 0);
  return Buffer.concat(pieces);
}

function arrayStructure({ shape, dtype }: FakeArray): object {
  const endianness = dtype.startsWith(">") ? "big" : dtype.startsWith("|") ? "not_applicable" : "little";
  return {
    data_type: { endianness, kind: dtype[1], itemsize: Number(dtype.slice(2)) },
    shape,
    chunks: shape.map((length) => [length]),
    dims: null,
  };
}

function entry(id: string, family: string, metadata: object, specs: readonly object[], structure: unknown = null): object {
  return { id, attributes: { ancestors: [], structure_family: family, specs, metadata, structure }, links: {}, meta: null };
}

function at(document: object, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, key) => (value === null || typeof value !== "object" ? undefined : (value as Record<string, unknown>)[key]),
      document,
    );
}

function filterOf(query: URLSearchParams): (run: Served) => boolean {
  const filters = new Map<string, Map<string, string[]>>();
  for (const [name, value] of query) {
    const [, filter, field] = /^filter\[(\w+)\]\[condition\]\[(\w+)\]$/.exec(name) ?? [];
    if (filter === undefined || field === undefined) continue;
    const fields = filters.get(filter) ?? new Map<string, string[]>();
    fields.set(field, [...(fields.get(field) ?? []), value]);
    filters.set(filter, fields);
  }
  const tests: ((run: Served) => boolean)[] = [];
  for (const [name, fields] of filters) {
    (fields.get("key") ?? []).forEach((key, k) => {
      const raw = fields.get("value")?.[k] ?? fields.get("pattern")?.[k] ?? "null";
      const wanted = JSON.parse(raw) as unknown;

      const operator = fields.get("operator")?.[k];
      tests.push((run) => {
        const value = at(run, key);
        if (name === "eq") return value === wanted || (Array.isArray(value) && value.includes(wanted));
        if (name === "in") return (wanted as unknown[]).includes(value);
        if (name === "keypresent") return value !== undefined;
        if (name === "contains") return JSON.stringify(value ?? null).includes(String(wanted));
        if (name === "like") return String(value).startsWith(String(wanted).slice(0, -1));
        if (typeof value !== "number" || typeof wanted !== "number") return false;
        return operator === "ge"
          ? value >= wanted
          : operator === "gt"
            ? value > wanted
            : operator === "le"
              ? value <= wanted
              : value < wanted;
      });
    });
  }
  return (run) => tests.every((test) => test(run));
}

function sorted(runs: Served[], query: URLSearchParams): Served[] {
  const sort = query.get("sort") ?? "";
  // Equal times in whatever order.
  return /^-(start\.)?time$/.test(sort) ? runs.sort((a, b) => b.start.time - a.start.time || (a.start.uid < b.start.uid ? -1 : 1)) : runs;
}

/** NaN and large integers as Python's json writes them. */
function python(value: unknown): string {
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  if (Array.isArray(value)) return `[${value.map(python).join(",")}]`;
  if (value !== null && typeof value === "object") {
    return `{${Object.entries(value)
      .flatMap(([key, item]) => (item === undefined ? [] : [`${JSON.stringify(key)}:${python(item)}`]))
      .join(",")}}`;
  }
  return JSON.stringify(value ?? null);
}

function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(python(value));
}
