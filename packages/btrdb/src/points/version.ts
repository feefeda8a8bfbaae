import type { Field, RecordBatch, Schema, Table } from "@sonde/core/connector";
import { schemaOf, sondeError } from "@sonde/core/connector";

/** What an answer was read at. */
export type Version = {
  /** Raised by each commit and deletion; reading at it again gives the same. */
  readonly major: bigint;
  /** Points on the server that no commit holds yet; they are in the answer. 0 where a version was asked for. */
  readonly minor: bigint;
};

const key = "sonde:version";
const form = /^(\d{1,20})(?:\+(\d{1,20}))?$/;

/** "11", or "11+3" with three points that no commit holds yet. */
export function versionText({ major, minor }: Version): string {
  return minor === 0n ? String(major) : `${major}+${minor}`;
}

/** Reads what {@link versionText} writes; undefined for anything else. */
export function parseVersion(text: string): Version | undefined {
  const match = form.exec(text);
  return match === null ? undefined : { major: BigInt(match[1] ?? 0), minor: BigInt(match[2] ?? 0) };
}

/** The version that a table, a batch, or a column of a set was read at; undefined where nothing says so. */
export function versionOf(read: Table | RecordBatch | Schema | Field): Version | undefined {
  const { metadata } = "schema" in read ? read.schema : read;
  const text = metadata.get(key);
  return text === undefined ? undefined : parseVersion(text);
}

export function withVersion(schema: Schema, version: Version): Schema {
  return schemaOf(schema.fields, [...schema.metadata, [key, versionText(version)]]);
}

/** The number of a version as users give it; 0 is the latest. */
export function versionNumber(version: bigint | undefined): bigint {
  if (version === undefined) return 0n;
  if (typeof version === "bigint" && version >= 0n && version < 1n << 64n) return version;
  throw sondeError("options", "a version is a bigint from 0 on: 11n; 0n is the latest", {});
}
