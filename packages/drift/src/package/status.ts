import { StatusCode } from "../proto/status_pb.js";

/** How bad it is: `unknown` where the upper byte is none that Drift has. */
export type Severity = "good" | "uncertain" | "bad" | "unknown";

/** Code 0, "good", is data as it should be. Codes that this version does not know are kept. */
export interface Status {
  readonly code: number;
  readonly severity: Severity;
  /** "BAD_COMMUNICATION_ERROR"; absent for a code that is not known. */
  readonly name?: string;
}

const severities: readonly Severity[] = ["good", "uncertain", "bad"];

export function statusOf(code: number): Status {
  const name = StatusCode[code];
  return { code, severity: severities[code >> 8] ?? "unknown", ...(name === undefined ? {} : { name }) };
}

/** "BAD_SOURCE_STATE (0x206)". */
export function statusText({ code, name }: Status): string {
  const hexadecimal = `0x${code.toString(16)}`;
  return name === undefined ? `the unknown status ${hexadecimal}` : `${name} (${hexadecimal})`;
}
