import { isDeepStrictEqual } from "node:util";

/**
 * What a suite counts. `known` names the cases that differ for a reason that is not ours, or that we chose: each is listed with its
 * reason, and a known difference that has gone is a failure, so that the list stays true.
 */
export class Cases {
  #known;
  #passed = 0;
  #seen = new Set();
  /** { name, detail, reason? } in the order in which they were found. */
  differences = [];

  constructor(known = {}) {
    this.#known = known;
  }

  /** One case: both sides in a form that says everything, such as numbers by their bits. */
  equal(name, ours, theirs) {
    if (isDeepStrictEqual(ours, theirs)) this.#pass(name);
    else this.differ(name, firstDifference(ours, theirs));
  }

  /** One case that differs, in words. */
  differ(name, detail) {
    this.#seen.add(name);
    const reason = this.#known[name];
    this.differences.push({ name, detail: String(detail), ...(reason === undefined ? {} : { reason }) });
  }

  /** One case: it differs where `check` throws. */
  async try(name, check) {
    try {
      await check();
    } catch (error) {
      this.differ(name, error instanceof Error ? error.message : error);
      return;
    }
    this.#pass(name);
  }

  #pass(name) {
    this.#seen.add(name);
    if (this.#known[name] === undefined) this.#passed += 1;
    else this.differences.push({ name, detail: "listed as known, but equal now: take it off the list" });
  }

  result() {
    for (const name of Object.keys(this.#known)) {
      if (!this.#seen.has(name)) this.differences.push({ name, detail: "listed as known, but no such case: take it off the list" });
    }
    const failed = this.differences.filter(({ reason }) => reason === undefined);
    const known = this.differences.filter(({ reason }) => reason !== undefined);
    return { cases: this.#passed + this.differences.length, passed: this.#passed, failed, known };
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
