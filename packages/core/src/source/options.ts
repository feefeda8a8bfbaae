import type { StandardSchemaV1 } from "@standard-schema/spec";
import { sondeError } from "../errors.js";

/** What a connector's schema makes of `input`. Rejects `options` with every issue and its path; the value itself is not shown. */
export async function parseOptions<Output>(connector: string, schema: StandardSchemaV1<unknown, Output>, input: unknown): Promise<Output> {
  const result = await schema["~standard"].validate(input);
  if (result.issues === undefined) return result.value;
  const issues = result.issues.map((issue) => ({
    path: (issue.path ?? []).map((part) => String(typeof part === "object" ? part.key : part)).join("."),
    message: issue.message,
  }));
  const text = issues.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
  throw sondeError("options", `${connector}: ${text}`, { issues });
}
