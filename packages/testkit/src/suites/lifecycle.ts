import { CONTRACT } from "@sonde/core/connector";
import { ensure, pause, rejects, within } from "../ensure.js";
import { gather, readRows } from "../rows.js";
import { fixtureGives, suite } from "../rule.js";

export const lifecycle = suite("lifecycle", {
  "names its contract and itself": async ({ connector }) => {
    ensure(connector.contract === CONTRACT, `contract is ${connector.contract}, this kit tests ${CONTRACT}`);
    ensure(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(connector.id), `id '${connector.id}' is not kebab-case`);
  },
  "says which addresses it takes": {
    applies: ({ connector }) => connector.address !== undefined || "the connector has no `address`",
    run: async ({ connector: { address } }) => {
      const { schemes = [], extensions = [] } = address ?? {};
      ensure(schemes.length > 0, "address.schemes is empty");
      for (const scheme of schemes) ensure(/^[a-z][a-z0-9+.-]*$/.test(scheme), `'${scheme}' is not a scheme: lower case, without ':'`);
      for (const extension of extensions) ensure(/^\.[^./]/.test(extension), `'${extension}' is not an extension like '.h5'`);
      const url = new URL("sonde-testkit-unknown://host/path");
      ensure(address?.toOptions(url) === undefined, `toOptions takes ${url}, whose scheme is not its own`);
    },
  },
  "refuses invalid options with issues": {
    applies: fixtureGives("invalid"),
    run: async ({ connector, fixture }) => {
      for (const [index, input] of (fixture.invalid ?? []).entries()) {
        const { issues } = await connector.options["~standard"].validate(input);
        ensure(issues !== undefined && issues.length > 0, `the schema takes invalid[${index}]`);
        ensure(
          issues.every((issue) => issue.message !== ""),
          `an issue of invalid[${index}] says nothing`,
        );
      }
    },
  },
  "connects, and closes twice": async (context) => {
    const driver = await context.connect();
    await driver.close();
    await within(5000, "the second close()", driver.close());
  },
  "closes while calls are under way": async (context) => {
    const { driver, stream, range } = await context.open();
    const call = context.call();
    const iterator = stream.read(range ? { range } : {}, call)[Symbol.asyncIterator]();
    await iterator.next();
    await within(5000, "close() with a read under way", context.close(driver, [call]));
  },
  "ends iterators under way with `closed`": async (context) => {
    const wanted = await context.rows();
    const { driver, stream, range } = await context.open();
    const calls = [context.call(), context.call()];
    const iterators = calls.map((call) => stream.read(range ? { range } : {}, call)[Symbol.asyncIterator]());
    let rows = 0;
    const first = await iterators[0]?.next();
    if (first && !first.done) rows = first.value.numRows;
    await context.close(driver, calls);
    for (const [index, iterator] of iterators.entries()) {
      if (index === 0 && rows >= wanted.times.length) continue;
      await rejects("closed", index === 0 ? "a read under way" : "a read not yet begun", () => iterator.next());
    }
  },
  "answers concurrent calls as it does one by one": async (context) => {
    const { driver, stream, range } = await context.open();
    const once = await gather(driver.streams({}, context.call()), 50);
    const wanted = await context.rows();
    const [lists, handles, reads] = await Promise.all([
      Promise.all([1, 2, 3].map(() => gather(driver.streams({}, context.call()), 50))),
      Promise.all([1, 2, 3].map(() => driver.stream(stream.id, context.call()))),
      Promise.all([1, 2, 3].map(() => readRows(stream.read(range ? { range } : {}, context.call())))),
      Promise.all([1, 2, 3].map(() => stream.describe(context.call()))),
    ]);
    const ids = once.map(({ id }) => id).join("\n");
    ensure(
      lists.every((list) => list.map(({ id }) => id).join("\n") === ids),
      "three listings at once differ from one alone",
    );
    ensure(
      handles.every(({ id }) => id === stream.id),
      "three stream() at once gave another stream",
    );
    ensure(
      reads.every(({ times }) => times.length === wanted.times.length),
      "three reads at once differ from one alone",
    );
  },
  "keeps one connection open when another closes": async (context) => {
    const [kept, closed] = [await context.connect(), await context.connect()];
    await closed.close();
    await pause(0);
    const stream = await kept.stream(context.fixture.stream.id, context.call());
    await stream.describe(context.call());
    const { range } = context.fixture.stream;
    await gather(stream.read(range ? { range } : {}, context.call()), 1);
  },
});
