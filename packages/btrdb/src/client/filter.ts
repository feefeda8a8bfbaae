import type { Metadata } from "@sonde/core";
import type { BtrdbStream } from "./stream.js";

/** Text must be equal, upper and lower case alike; an expression must be found in it. */
export type TextFilter = string | RegExp;
export type StreamFilter = {
  readonly collection?: TextFilter | undefined;
  readonly name?: TextFilter | undefined;
  readonly unit?: TextFilter | undefined;
  /** All of these. */
  readonly tags?: { readonly [key: string]: string } | undefined;
  readonly annotations?: Metadata | undefined;
};

export function passes(stream: BtrdbStream, filter: StreamFilter): boolean {
  return (
    fits(stream.collection, filter.collection) &&
    fits(stream.name, filter.name) &&
    fits(stream.unit, filter.unit) &&
    Object.entries(filter.tags ?? {}).every(([key, value]) => Object.hasOwn(stream.tags, key) && stream.tags[key] === value) &&
    Object.entries(filter.annotations ?? {}).every(
      ([key, value]) => Object.hasOwn(stream.annotations, key) && same(stream.annotations[key], value),
    )
  );
}

function fits(text: string, filter: TextFilter | undefined): boolean {
  if (filter === undefined) return true;
  return typeof filter === "string"
    ? text.toLowerCase() === filter.toLowerCase()
    : new RegExp(filter.source, filter.flags.replace(/[gy]/g, "")).test(text);
}

function same(one: unknown, other: unknown): boolean {
  const text = (value: unknown) => JSON.stringify(value, (_key, item: unknown) => (typeof item === "bigint" ? String(item) : item));
  return one === other || text(one) === text(other);
}
