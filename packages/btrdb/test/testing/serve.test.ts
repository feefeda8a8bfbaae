import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials, status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { selfSigned } from "../../src/testing/certificate.node.js";
import { btrdbCommand } from "../../src/testing/serve.js";
import { rawClient } from "./client.js";

/** Runs `btrdb serve` with the arguments; what it printed, and what ends it. */
async function serving(...args: string[]) {
  const ending = new AbortController();
  const lines: string[] = [];
  let printed = (): void => {};
  const begun = new Promise<void>((resolve) => {
    printed = resolve;
  });
  const command = btrdbCommand((line) => {
    lines.push(line);
    printed();
  }, ending.signal);
  const done = command.parseAsync(["serve", "--port", "0", ...args], { from: "user" });
  await Promise.race([begun, done]);
  await new Promise((resolve) => setImmediate(resolve));
  const endpoint = /BTrDB at (\S+?);? /.exec(lines[0] ?? "")?.[1] ?? "";
  return {
    lines,
    endpoint,
    async end() {
      ending.abort();
      await done;
    },
  };
}

test("serves until it is told to end, with the key and without Arrow as asked", async () => {
  const { endpoint, end } = await serving("--no-arrow", "--api-key", "k");
  const client = rawClient(endpoint, { key: "k" });
  expect((await client.one("info", {})).minorVersion).toBeLessThan(30);
  const stranger = rawClient(endpoint);
  await expect(stranger.one("info", {})).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  await end();
  await expect(client.one("info", {})).rejects.toMatchObject({ code: status.UNAVAILABLE });
  client.close();
  stranger.close();
});

test("speaks TLS by a certificate that it prints, or by files", async () => {
  const printed = await serving("--tls");
  const { cert, key } = selfSigned();
  const folder = mkdtempSync(join(tmpdir(), "sonde-btrdb-"));
  writeFileSync(join(folder, "cert.pem"), cert);
  writeFileSync(join(folder, "key.pem"), key);
  const byFiles = await serving("--tls", `${join(folder, "cert.pem")},${join(folder, "key.pem")}`, "--folder", join(folder, "data"));
  rmSync(folder, { recursive: true, force: true });
  for (const [{ endpoint, end }, pem] of [
    [printed, printed.lines[1]!],
    [byFiles, cert],
  ] as const) {
    const client = rawClient(endpoint, { channel: credentials.createSsl(Buffer.from(pem)) });
    expect((await client.one("info", {})).majorVersion).toBe(5);
    client.close();
    await end();
  }
});

test.each([
  [["--tls", "one.pem"], "options"],
  [["--tls", "missing.pem,gone.pem"], "not-found"],
])("refuses %j", async (args, code) => {
  await expect(serving(...args)).rejects.toMatchObject({ code });
});
