import type { StoredObject, TimeRange } from "@sonde/core/connector";
import type { Context } from "../context.js";
import { ensure, rejects, show } from "../ensure.js";
import { equal } from "../equal.js";
import { gather } from "../rows.js";
import { streamHas, suite } from "../rule.js";

async function list(context: Context, range?: TimeRange): Promise<StoredObject[]> {
  const { stream, range: given } = await context.openFor("objects");
  ensure(stream.objects, "the stream has no `objects`");
  return gather(stream.objects.list(range ?? given, context.call()), 1000);
}

const keysOf = (objects: readonly StoredObject[]) => objects.map(({ key }) => key);

export const objects = suite(
  "objects",
  {
    "are listed in a stable order, each key once": async (context) => {
      const [one, two] = [keysOf(await list(context)), keysOf(await list(context))];
      ensure(one.length > 0, "the stream for objects has none");
      ensure(new Set(one).size === one.length, "a key is listed twice");
      ensure(equal(one, two), "the second listing differs");
    },
    "have as many bytes as the listing says": async (context) => {
      const { stream } = await context.openFor("objects");
      for (const { key, bytes } of (await list(context)).slice(0, 4)) {
        const got = await stream.objects?.get(key, context.call());
        ensure(got instanceof Uint8Array, `get('${key}') gave ${show(got)}, not bytes`);
        ensure(bytes === undefined || bytes === got.byteLength, `'${key}' has ${got.byteLength} bytes, listed ${bytes}`);
      }
    },
    "are listed by range where they overlap it": async (context) => {
      const all = await list(context);
      const middle = all[all.length >> 1]?.range;
      if (middle === undefined) return;
      const wanted = all.filter(({ range }) => range === undefined || (range.start < middle.end && range.end > middle.start));
      const got = await list(context, middle);
      ensure(
        equal(keysOf(got), keysOf(wanted)),
        () => `in the range of one object are ${show(keysOf(got))} instead of ${show(keysOf(wanted))}`,
      );
    },
    "refuse a key that there is not": async (context) => {
      const { stream } = await context.openFor("objects");
      const key = "sonde-testkit-no-such-key";
      const error = await rejects("not-found", `get('${key}')`, async () => stream.objects?.get(key, context.call()));
      ensure(error.message.includes(key), `the message does not name '${key}': ${error.message}`);
    },
  },
  streamHas("objects"),
);
