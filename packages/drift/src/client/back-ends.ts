import { type Metadata, sondeError } from "@sonde/core";
import type { MessageBus, MetricStorage, PackageStorage } from "../backends/types.js";

/** What became of one back end of a device. */
export interface BackEndState {
  readonly role: "packages" | "metrics" | "bus";
  /** "reductstore", "minio", "folder", "influxdb", "mqtt", or "given". */
  readonly kind: string;
  readonly name: string;
  /** A bus is not asked before it is needed. */
  readonly state: "ready" | "failed" | "unasked";
  readonly info?: Metadata;
  readonly error?: unknown;
}

/** A back end, or why there is none. */
type Found<T> = { readonly backEnd: T; readonly error?: never } | { readonly backEnd?: never; readonly error: unknown };

/** What a client is made of. */
export interface BackEnds {
  readonly states: readonly BackEndState[];
  readonly packages: Found<PackageStorage>;
  readonly metrics: Found<MetricStorage>;
  readonly bus: Found<MessageBus>;
}

/** Rejects with what came of asking it. */
export function needed<T>({ backEnd, error }: Found<T>): T {
  if (backEnd === undefined) throw error;
  return backEnd;
}

export function noBackEnd(role: BackEndState["role"], option: string = role) {
  const what = { packages: "no storage of packages", metrics: "no storage of metrics", bus: "no message bus" }[role];
  return sondeError("unsupported", `${what} here: give \`host\`, or one of your own as \`${option}\``, { what: role });
}
