import { isDeepStrictEqual } from "node:util";

/**
 * What a suite counts. `known` lists { cases, reason }: the names (a pattern) of cases that differ for a reason that is not ours, or
 * that we chose. An entry of the list that nothing differs by any more is a failure, so that the list stays true.
 */
export class Cases {
  #known;
  #passed = 0;
  #differing = [];

  constructor(known = []) {
    this.#known = known.map(({ cases, reason }) => ({ cases, reason, count: 0 }));
  }

  /** One case: both sides in a form that says everything, such as numbers by their bits. */
  equal(name, ours, theirs) {
    if (isDeepStrictEqual(ours, theirs)) this.#passed += 1;
    else this.differ(name, firstDifference(ours, theirs));
  }

  /** One case that differs, in words. */
  differ(name, detail) {
    const known = this.#known.find(({ cases }) => cases.test(name));
    if (known === undefined) this.#differing.push({ name, detail: String(detail) });
    else known.count += 1;
  }

  /** One case: what `read` returns, which may fail, and what it should be. */
  async compare(name, read, theirs) {
    let ours;
    try {
      ours = await read();
    } catch (error) {
      this.differ(name, error instanceof Error ? error.message : error);
      return;
    }
    this.equal(name, ours, theirs);
  }

  /** One case: that `act` succeeds; returns what it does. */
  async succeed(name, act) {
    let result;
    try {
      result = await act();
    } catch (error) {
      this.differ(name, error instanceof Error ? error.message : error);
      return undefined;
    }
    this.#passed += 1;
    return result;
  }

  result() {
    const known = this.#known.filter(({ count }) => count > 0);
    const stale = this.#known.filter(({ count }) => count === 0);
    const failed = [
      ...this.#differing,
      ...stale.map(({ cases, reason }) => ({
        name: String(cases),
        detail: `nothing differs by this any more, take it off the list: ${reason}`,
      })),
    ];
    const differing = known.reduce((sum, { count }) => sum + count, this.#differing.length);
    return { cases: this.#passed + differing, passed: this.#passed, differences: differing, failed, known };
  }
}

/** Where two values part, and what each holds there. */
function firstDifference(ours, theirs, path = "") {
  if (typeof ours === "object" && typeof theirs === "object" && ours !== null && theirs !== null) {
    if (Array.isArray(ours) && Array.isArray(theirs) && ours.length !== theirs.length) {
      return `${path || "the list"} has ${ours.length} elements, the peer's ${theirs.length}`;
    }
    for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
      if (!isDeepStrictEqual(ours[key], theirs[key])) return firstDifference(ours[key], theirs[key], path === "" ? key : `${path}.${key}`);
    }
  }
  return `${path === "" ? "" : `${path}: `}${shown(ours)}, the peer ${shown(theirs)}`;
}

function shown(value) {
  const text = JSON.stringify(value, (_, item) => (typeof item === "bigint" ? `${item}n` : item)) ?? "nothing";
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
}
