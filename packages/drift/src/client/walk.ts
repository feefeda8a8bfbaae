import { sondeError, type TimeRange } from "@sonde/core";
import { turn } from "@sonde/core/bytes";
import type { BackEndCall, LostPackage, StoredPackage } from "../backends/types.js";
import type { BadPackages } from "../options.js";
import { decodePackage } from "../package/decode.js";
import { packageName } from "../package/key.js";
import type { DriftPackage } from "../package/package.js";
import { type Status, statusText } from "../package/status.js";
import type { Session } from "./session.js";

/** A package that a walk did not deliver, and why. */
export interface PackageProblem {
  readonly topic: string;
  readonly id: bigint;
  readonly name: string;
  /** A bad status, which the package itself has. */
  readonly status?: Status;
  /** The package with a bad status: there may be data in it all the same. */
  readonly package?: DriftPackage;
  readonly error: unknown;
}

export type Walked =
  | { readonly package: DriftPackage; readonly problem?: never }
  | { readonly package?: never; readonly problem: PackageProblem };

/** All packages of a range by id, in order; what is bad, damaged or can't be had comes as a problem. */
export async function* walked(
  session: Session,
  topic: string,
  { range, concurrency = session.concurrency }: { readonly range?: TimeRange | undefined; readonly concurrency?: number | undefined },
  call: BackEndCall,
): AsyncGenerator<Walked> {
  for await (const stored of session.packages().packages(topic, { range, concurrency }, call)) {
    const wait = turn(call.signal);
    if (wait) await wait;
    yield walkedOf(session, stored);
  }
}

/** A package as a walk delivers it. */
export function walkedOf({ limits }: Session, stored: StoredPackage | LostPackage): Walked {
  const { topic, id } = stored;
  const name = packageName(stored);
  if ("error" in stored) return { problem: { topic, id, name, error: stored.error } };
  try {
    const pkg = decodePackage(stored.bytes, { topic, limits });
    const { status } = pkg;
    if (status.severity !== "bad" && status.severity !== "unknown") return { package: pkg };
    const error = sondeError("format", `package ${name} has the status ${statusText(status)}: choose what to do by \`bad\``, { key: name });
    return { problem: { topic, id, name, status, package: pkg, error } };
  } catch (error) {
    return { problem: { topic, id, name, error } };
  }
}

/** What a policy makes of a problem: null in its place, nothing, or an error. */
export function judged({ package: pkg, problem }: Walked, policy: BadPackages): DriftPackage | null | undefined {
  if (pkg !== undefined) return pkg;
  if (policy === "throw") throw problem.error;
  return policy === "null" ? null : undefined;
}
