import { readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { capabilityRow, conformance } from "@sonde/testkit";
import { afterAll, expect, test } from "vitest";
import { type BtrdbInput, btrdb } from "../src/index.js";
import { callsOf, key, origin, spoil, startPlant, streamId } from "./support/plant.js";

const away = createServer((socket) => socket.on("error", () => {}));
await new Promise<void>((resolve) => away.listen(0, "127.0.0.1", () => resolve()));
// A port that takes connections and says nothing.
const silentPort = (away.address() as { port: number }).port;
const servers: { close(): Promise<void> }[] = [];
afterAll(async () => {
  away.close();
  for (const server of servers) await server.close();
});

/** What the client knows of servers of both kinds must be the same. */
for (const arrow of [false, true]) {
  const server = await startPlant({ arrow, apiKey: key });
  servers.push(server);
  const options: BtrdbInput = { endpoint: server.endpoint, apiKey: key, allowPlaintextApiKey: true, pollInterval: "20ms", attempts: 2 };
  const broken = await startPlant({ arrow });
  servers.push(broken);
  // A message is cut in the middle, each time: the first of Arrow's, which are larger.
  spoil(broken, arrow ? "ArrowRawValues" : "RawValues", "truncate", { after: arrow ? 0 : 2 });
  const fixture = {
    options,
    damaged: { options: { endpoint: broken.endpoint }, stream: streamId, rows: arrow ? 0 : 10_000, key: streamId },
    stream: { id: streamId, rows: 20_000, firstTimes: [origin, origin + 1_000_000n, origin + 2_000_000n] },
    invalid: [{ endpoint: 5 }, { endpoint: "" }, { ...options, arrow: "yes" }, { ...options, timeout: 5 }, { ...options, unknown: true }],
    unauthorised: { ...options, apiKey: "another-key" },
    unreachable: { ...options, endpoint: "127.0.0.1:1" },
    silent: { ...options, endpoint: `127.0.0.1:${silentPort}` },
    secrets: [key, "another-key"],
    requests: () => callsOf(server),
    collections: {},
    runtimes: { node: true, server: true },
  } as const;
  conformance(btrdb, fixture);

  // Rules that write begin with a server of their own.
  const fresh = async () => {
    // What is appended is buffered by the one, and committed by the other at once.
    const own = await startPlant({ arrow, bufferLimit: arrow ? 0 : 199 }, 200);
    servers.push(own);
    return { endpoint: own.endpoint, pollInterval: "20ms" };
  };
  conformance(btrdb, {
    options: fresh,
    stream: { id: streamId, rows: 200 },
    append: {},
    create: { name: "made", collection: "made" },
    live: {},
    versions: {},
    windows: { widths: [1n << 25n, 10_000_000n, 7_777_777n] },
    newest: {},
  });

  if (arrow) {
    test("has the row of capabilities that the README shows", async () => {
      // Tables of the README are aligned.
      const readme = (await readFile(new URL("../README.md", import.meta.url), "utf8")).replace(/ +/g, " ");
      expect(readme).toContain(await capabilityRow(btrdb, fixture));
    });
  }
}
