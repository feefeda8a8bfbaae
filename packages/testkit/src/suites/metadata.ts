import type { Context } from "../context.js";
import { ensure, show } from "../ensure.js";
import { gather } from "../rows.js";
import { driverHas, fixtureGives, suite } from "../rule.js";

/** Where a value is not `Json` of the contract: the path, or undefined. */
function strange(value: unknown, path: string, depth = 0): string | undefined {
  if (depth > 100) return `${path} is too deep, or contains itself`;
  if (value === null || ["boolean", "string", "bigint"].includes(typeof value)) return undefined;
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${path} is ${value}, which JSON can't say`;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const found = strange(item, `${path}[${index}]`, depth + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (typeof value !== "object") return `${path} is ${show(value)}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return `${path} is ${Object.prototype.toString.call(value)}, no plain object`;
  for (const [key, item] of Object.entries(value)) {
    const found = strange(item, `${path}.${key}`, depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ensureJson(value: unknown, path: string): void {
  const found = strange(value, path);
  ensure(found === undefined, `${found}: metadata are null, booleans, finite numbers, bigints, text, lists and plain objects`);
}

async function listed(context: Context) {
  const { driver, stream } = await context.open();
  return [stream, ...(await gather(driver.streams({}, context.call()), 100))];
}

export const metadata = suite("metadata", {
  "is JSON, in `info` and in streams": async (context) => {
    ensureJson((await context.open()).driver.info, "info");
    for (const stream of await listed(context))
      if (stream.metadata !== undefined) ensureJson(stream.metadata, `metadata of '${stream.id}'`);
  },
  "is JSON in collections": {
    applies: driverHas("collections"),
    run: async (context) => {
      const { collections } = (await context.open()).driver;
      for (const { id, metadata } of collections ? await gather(collections.list({}, context.call()), 100) : [])
        ensureJson(metadata, `metadata of '${id}'`);
    },
  },
  "holds no secret": {
    applies: fixtureGives("secrets"),
    run: async (context) => {
      const { driver } = await context.open();
      const text = JSON.stringify(
        [driver.info, (await listed(context)).map(({ id, name, metadata = {} }) => [id, name, metadata])],
        (_, value) => (typeof value === "bigint" ? String(value) : value),
      );
      for (const secret of context.fixture.secrets ?? [])
        ensure(!text.includes(secret), "info or a stream's metadata hold a secret of the options");
    },
  },
});
