import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault } from "./faults.js";
import type { PackageBox } from "./package-box.js";

export type ReductServerOptions = {
  readonly password: string;
  readonly bucket: string;
  readonly box: PackageBox;
  /** "1.0" to "1.18": records one by one before 1.5, in batches since. */
  readonly api: string;
};

/** The read half of a ReductStore over HTTP, in memory. */
export interface ReductServer {
  readonly port: number;
  /** Requests so far. */
  requests(): number;
  inject(fault: Fault): () => void;
  close(): Promise<void>;
}

type Query = { readonly topic: string; readonly ids: bigint[]; answers: number };

/** Records in one batch at most. */
const BATCH = 85;
const MICROSECONDS = 1000n;

export async function startReduct({ password, bucket, box, api }: ReductServerOptions): Promise<ReductServer> {
  const batches = Number(api.split(".")[1]) >= 5;
  const queries = new Map<string, Query>();
  const faults = new Set<Fault>();
  let counted = 0;
  // Past what a JSON number holds, as those of the real one may be.
  let nextQuery = 2n ** 63n;

  const fault = <Kind extends Fault["kind"]>(
    kind: Kind,
    test: (fault: Extract<Fault, { readonly kind: Kind }>) => boolean = () => true,
  ) => {
    for (const one of faults) {
      // Of that kind by the comparison.
      if (one.kind === kind && test(one as Extract<Fault, { readonly kind: Kind }>)) return one as Extract<Fault, { readonly kind: Kind }>;
    }
    return undefined;
  };
  const left = new Map<Fault, number>();
  const use = (one: Fault & { readonly times?: number | undefined }) => {
    const rest = (left.get(one) ?? one.times ?? Number.POSITIVE_INFINITY) - 1;
    left.set(one, rest);
    if (rest <= 0) faults.delete(one);
  };

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    counted += 1;
    const url = new URL(request.url ?? "/", "http://localhost");
    const [, root, version, ...path] = url.pathname.split("/").map(decodeURIComponent);
    if (batches) response.setHeader("x-reduct-api", api);
    const refuse = (status: number, detail: string) => {
      // A name may hold what no header can.
      response.setHeader("x-reduct-error", detail.replace(/[^\x20-\x7e]/g, "?"));
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify({ detail }));
    };
    const broken = fault("status");
    if (broken) {
      use(broken);
      return refuse(broken.status, "as it was told");
    }
    if (root !== "api" || version !== "v1") return refuse(404, "Not found");
    if (request.headers.authorization !== `Bearer ${password}`) return refuse(401, "Invalid token");
    const json = (value: string) => response.writeHead(200, { "content-type": "application/json" }).end(value);
    if (path[0] === "info")
      return json(JSON.stringify({ version: `${api}.0`, bucket_count: 1, usage: 0, uptime: 1, oldest_record: 0, latest_record: 0 }));
    if (path[0] !== "b" || path[1] !== bucket) return refuse(404, `Bucket '${path[1]}' is not found`);
    const [, , topic, call] = path;
    if (topic === undefined) return json(entries(box));
    const ids = box.ids(topic);
    if (ids.length === 0) return refuse(404, `Entry '${topic}' not found in bucket '${bucket}'`);
    if (call === "q") return json(`{"id":${open(topic, ids, url.searchParams)}}`);
    const number = url.searchParams.get("q");
    if (number !== null) {
      const query = queries.get(number);
      const forgetting = fault("forget", ({ after }) => query !== undefined && query.answers >= after);
      if (query === undefined || forgetting) {
        queries.delete(number);
        return refuse(404, `Query ${number} not found and it might have expired`);
      }
      query.answers += 1;
      return call === "batch" && batches ? batch(query, request.method === "HEAD", response) : next(query, response);
    }
    const wanted = url.searchParams.get("ts");
    const id = wanted === null ? ids.at(-1) : BigInt(wanted) / MICROSECONDS;
    const bytes = id === undefined ? undefined : box.get(topic, id);
    if (id === undefined || bytes === undefined) return refuse(404, `No record with timestamp ${wanted}`);
    response.writeHead(200, {
      "x-reduct-time": String(id * MICROSECONDS),
      "content-type": "application/octet-stream",
      "content-length": bytes.length,
    });
    return send(topic, [id], response);
  };

  const open = (topic: string, ids: readonly bigint[], search: URLSearchParams): bigint => {
    const bound = (name: string) => (search.has(name) ? BigInt(search.get(name) ?? "") : undefined);
    const [start, stop] = [bound("start"), bound("stop")];
    const inside = (id: bigint) => (start === undefined || id * MICROSECONDS >= start) && (stop === undefined || id * MICROSECONDS < stop);
    nextQuery += 1n;
    queries.set(String(nextQuery), { topic, ids: ids.filter(inside), answers: 0 });
    return nextQuery;
  };

  const next = (query: Query, response: ServerResponse) => {
    const id = query.ids.shift();
    const bytes = id === undefined ? undefined : box.get(query.topic, id);
    if (id === undefined || bytes === undefined) return response.writeHead(204).end();
    response.writeHead(200, {
      "x-reduct-time": String(id * MICROSECONDS),
      "x-reduct-last": query.ids.length === 0 ? "1" : "0",
      "content-length": bytes.length,
    });
    return send(query.topic, [id], response);
  };

  const batch = (query: Query, head: boolean, response: ServerResponse) => {
    const ids = query.ids.splice(0, BATCH);
    if (ids.length === 0) return response.writeHead(204).end();
    // Backwards, with a comma in a label: neither says where a record begins.
    const headers = ids.map((id): [string, string] => {
      const length = box.get(query.topic, id)?.length ?? 0;
      return [`x-reduct-time-${id * MICROSECONDS}`, `${length},application/octet-stream,source="a,b",status=0`];
    });
    for (const [name, value] of headers.reverse()) response.setHeader(name, value);
    const total = ids.reduce((sum, id) => sum + (box.get(query.topic, id)?.length ?? 0), 0);
    response.writeHead(200, { "content-length": total, "x-reduct-last": String(query.ids.length === 0) });
    return head ? response.end() : send(query.topic, ids, response);
  };

  /** The bytes of packages; faults take hold here. */
  const send = (topic: string, ids: readonly bigint[], response: ServerResponse) => {
    for (const id of ids) {
      const bytes = box.get(topic, id) ?? new Uint8Array(0);
      if (fault("hang", (one) => one.topic === topic && one.id === id)) return response.write(bytes.subarray(0, 1));
      const cut = fault("cut", (one) => one.topic === topic && one.id === id);
      if (cut) {
        use(cut);
        response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
        return response;
      }
      response.write(bytes);
    }
    return response.end();
  };

  const server = createServer((request, response) => {
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    // Of a server that listens at a port.
    port: (server.address() as AddressInfo).port,
    requests: () => counted,
    inject(one) {
      faults.add(one);
      return () => faults.delete(one);
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function entries(box: PackageBox): string {
  const list = box.topics().map((name) => {
    const ids = box.ids(name);
    const size = ids.reduce((sum, id) => sum + (box.get(name, id)?.length ?? 0), 0);
    const time = (id: bigint | undefined) => Number((id ?? 0n) * MICROSECONDS);
    return { name, size, block_count: 1, record_count: ids.length, oldest_record: time(ids[0]), latest_record: time(ids.at(-1)) };
  });
  return JSON.stringify({ settings: {}, info: {}, entries: list });
}
