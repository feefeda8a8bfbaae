import type { Context, StreamCapability } from "./context.js";
import { violation } from "./ensure.js";
import { gather } from "./rows.js";

export const suiteNames = [
  "lifecycle",
  "streams",
  "describe",
  "read",
  "windows",
  "overview",
  "newest",
  "arrays",
  "objects",
  "versions",
  "collections",
  "append",
  "create",
  "live",
  "abort",
  "release",
  "backpressure",
  "observe",
  "errors",
  "hostility",
  "metadata",
] as const;
export type SuiteName = (typeof suiteNames)[number];

/** One sentence of the contract that the types can't say, and how to try it. */
export interface Rule {
  /** What a driver does, as a sentence without its subject. */
  readonly name: string;
  readonly suite: SuiteName;
  /** True, or why there is nothing to try: the text of the skipped test. */
  applies(context: Context): true | string | Promise<true | string>;
  /** Rejects when the driver breaks the rule. */
  run(context: Context): Promise<void>;
}

export type Applies = Rule["applies"];

/** The rules of one suite, from name and test; `applies` holds for all that give none of their own. */
export function suite(
  name: SuiteName,
  rules: { readonly [rule: string]: Rule["run"] | { readonly applies: Applies; readonly run: Rule["run"] } },
  applies: Applies = () => true,
): readonly Rule[] {
  return Object.entries(rules).map(([rule, given]) =>
    typeof given === "function"
      ? { name: rule, suite: name, applies, run: given }
      : { name: rule, suite: name, applies: allOf(applies, given.applies), run: given.run },
  );
}

/** The stream has the capability. One that the fixture names and the stream lacks is a broken rule, not a skipped one. */
export const streamHas =
  (capability: StreamCapability): Applies =>
  async (context) => {
    const { stream } = await context.openFor(capability);
    if (stream[capability] !== undefined) return true;
    if (context.fixture[capability] !== undefined)
      throw violation(`the fixture speaks of '${capability}', but stream '${stream.id}' has none`);
    return `stream '${stream.id}' has no '${capability}'`;
  };

export const driverHas =
  (capability: "collections" | "create"): Applies =>
  async (context) => {
    const { driver } = await context.open();
    if (driver[capability] !== undefined) return true;
    if (context.fixture[capability] !== undefined) throw violation(`the fixture speaks of '${capability}', but the driver has none`);
    return `the archive has no '${capability}'`;
  };

/** The fixture says what the rule needs. */
export const fixtureGives =
  (...keys: readonly (keyof Context["fixture"])[]): Applies =>
  ({ fixture }) =>
    keys.every((key) => fixture[key] !== undefined) || `the fixture gives no \`${keys.join("`, `")}\``;

/** Requests can be counted: by the fixture, or because the driver reports those that it makes to read a batch. */
export const countsRequests: Applies = async (context) => {
  if (context.fixture.requests === undefined) {
    const { stream, range } = await context.open();
    await stream.describe(context.call());
    await gather(stream.read(range ? { range } : {}, context.call()), 1);
  }
  return context.requests() !== undefined || "the fixture gives no `requests`, and the driver reports none";
};

/** The first reason to skip, in order. */
export const allOf =
  (...conditions: readonly Applies[]): Applies =>
  async (context) => {
    for (const condition of conditions) {
      const verdict = await condition(context);
      if (verdict !== true) return verdict;
    }
    return true;
  };
