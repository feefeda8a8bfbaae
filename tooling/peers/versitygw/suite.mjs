import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { s3 } from "@sonde/object-store";
import { hex } from "../lib/exact.mjs";
import { packageTests } from "../lib/package-tests.mjs";
import { startVersitygw } from "./server.mjs";

const keys = [
  "topics/lsst.sal.ATDome/year=2020/month=08/day=07/hour=22/lsst.sal.ATDome+0+0000003600.snappy.parquet",
  "with space/and  two",
  "plus+plus/eq=eq&amp=1?question#hash",
  "Zürich/温度/\u{1f321}/ß",
  "percent 100%",
  "quote'\"<&>!*()[]{}^`|~,;:@$",
  "__proto__/constructor",
  "tab\tand\nline",
  "\u{10ffff}",
  "\uffee",
];

export async function suite(context) {
  const { cases, scratch, binary } = context;
  await packageTests(context, { name: "object-store", pattern: "versitygw", variable: "SONDE_VERSITYGW", program: binary });
  await packageTests(context, { name: "efd", pattern: "versitygw", variable: "SONDE_VERSITYGW", program: binary });
  const server = await startVersitygw(binary, scratch);
  try {
    const bucketOf = (name, options = {}) => {
      mkdirSync(join(server.root, name), { recursive: true });
      const { endpoint, region, credentials } = server;
      return s3({ bucket: name, endpoint, region, credentials, ...options });
    };
    await objects(cases, bucketOf, server.root);
    await listings(cases, bucketOf, server.root);
    await refusals(cases, bucketOf, server);
  } finally {
    await server.stop();
  }
}

async function objects(cases, bucketOf, root) {
  const bucket = bucketOf("efd-sandbox.data");
  const pathOf = (key) => join(root, "efd-sandbox.data", key);
  for (const [index, key] of keys.entries()) {
    const bytes = Uint8Array.from({ length: 1000 * index }, (_, at) => (at * 31 + index) & 0xff);
    const put = async () => {
      await bucket.put(key, bytes);
      return hex(readFileSync(pathOf(key)));
    };
    await cases.compare(`puts ${key}`, put, hex(bytes));
    const theirs = Uint8Array.from(bytes).reverse();
    writeFileSync(pathOf(key), theirs);
    await cases.compare(`reads ${key}`, async () => hex((await bucket.get(key)).bytes), hex(theirs));
    await cases.compare(`size of ${key}`, async () => (await bucket.head(key)).size, theirs.length);
    for (const range of [{ start: 0, end: 1 }, { start: 100, end: 5000 }, { last: 8 }, { last: 100_000 }]) {
      if (theirs.length <= (range.start ?? 0)) continue;
      const part = "last" in range ? theirs.slice(-range.last) : theirs.slice(range.start, range.end);
      await cases.compare(`reads ${JSON.stringify(range)} of ${key}`, async () => hex((await bucket.get(key, { range })).bytes), hex(part));
    }
  }
  const { etag } = await bucket.put("replaced", new Uint8Array(4));
  await bucket.put("replaced", new Uint8Array(5));
  await cases.compare("notices that an object was replaced", () => refused(bucket.get("replaced", { ifMatch: etag })), ["connection", 412]);
}

async function listings(cases, bucketOf, root) {
  const random = generator(11);
  const pieces = ["a", "b", "+", "=", " ", "ü", ".a", "-", "0", "\u{1f321}", "\uffee"];
  for (let round = 0; round < 20; round++) {
    const name = `listing-${round}`;
    const bucket = bucketOf(name, { pageSize: 1 + random(5) });
    const texts = Array.from({ length: 15 }, () =>
      Array.from({ length: 1 + random(3) }, () => Array.from({ length: 1 + random(3) }, () => pieces[random(pieces.length)]).join("")).join(
        "/",
      ),
    );
    // A file can't be a folder too.
    for (const key of texts.filter((text) => !texts.some((other) => other.startsWith(`${text}/`)))) {
      mkdirSync(dirname(join(root, name, key)), { recursive: true });
      writeFileSync(join(root, name, key), key);
    }
    const found = walk(join(root, name));
    for (let turn = 0; turn < 20; turn++) {
      const some = [...(found[random(found.length)] ?? "")];
      const prefix = turn % 3 === 0 ? "" : some.slice(0, random(some.length + 1)).join("");
      const startAfter = turn % 4 === 1 ? found[random(found.length)] : "";
      const delimiter = turn % 2 === 0 ? "/" : "";
      const question = { prefix, delimiter, startAfter };
      await cases.compare(
        `lists ${JSON.stringify(question)} of ${found.length} keys`,
        () => listed(bucket, question),
        shown(found, question),
      );
    }
  }
}

async function refusals(cases, bucketOf, { credentials, endpoint, region }) {
  const wrong = bucketOf("refusals", { credentials: { ...credentials, secretAccessKey: "wrong" } });
  await cases.compare("a wrong secret", () => refused(wrong.get("x")), ["auth", 403]);
  const stranger = bucketOf("refusals", { credentials: { ...credentials, accessKeyId: "nobody" } });
  await cases.compare("a key that nobody has", async () => (await refused(stranger.get("x")))[0], "auth");
  await cases.compare("no credentials", async () => (await refused(bucketOf("refusals", { anonymous: true }).get("x")))[0], "auth");
  await cases.compare("no object", async () => (await refused(bucketOf("refusals").get("none")))[0], "not-found");
  const nowhere = s3({ bucket: "nowhere", endpoint, region, credentials });
  await cases.compare("no bucket", async () => (await refused(listed(nowhere, {})))[0], "not-found");
}

async function refused(work) {
  try {
    await work;
  } catch (error) {
    return [error.code, error.status];
  }
  throw new Error("is not refused");
}

async function listed(bucket, question) {
  const entries = [];
  for await (const { kind, key, size } of bucket.list(question)) entries.push(kind === "prefix" ? key : `${key}: ${size}`);
  return entries;
}

/** The files below a folder, in the order of their UTF-8 bytes. */
function walk(root) {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .sort(byBytes);
}

/** What S3's rules show of these keys, whose objects hold the key itself. */
function shown(found, { prefix, delimiter, startAfter }) {
  const entries = new Map();
  for (const key of found.filter((text) => text.startsWith(prefix))) {
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (at < 0) entries.set(key, `${key}: ${Buffer.byteLength(key)}`);
    else entries.set(key.slice(0, at + 1), key.slice(0, at + 1));
  }
  return [...entries]
    .filter(([name]) => byBytes(name, startAfter) > 0)
    .sort(([a], [b]) => byBytes(a, b))
    .map(([, line]) => line);
}

const byBytes = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Whole numbers below a bound, the same in every run (a 32-bit xorshift). */
function generator(state) {
  return (bound) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return bound === 0 ? 0 : (state >>> 0) % bound;
  };
}
