import type { Connector } from "@sonde/core";
import type { Environment } from "../context.js";
import { type ConfiguredSource, folderOf, overridePrefix } from "./configuration.js";
import { fetchSecret, referenceOf } from "./secret.js";

/**
 * The options for a source's connector, secrets fetched. What comes from `SONDE_SOURCE_…` is text: where the connector refuses that, it
 * is given the number or truth value that the text spells.
 */
export async function connectorInput(
  source: ConfiguredSource,
  connector: Connector,
  fromAddress: unknown,
  call: { readonly environment: Environment; readonly signal: AbortSignal },
): Promise<unknown> {
  const found = new Map<string, unknown>(Object.entries(typeof fromAddress === "object" && fromAddress !== null ? fromAddress : {}));
  const overridden: string[] = [];
  for (const [key, value] of Object.entries(source.options)) {
    const reference = referenceOf(value);
    if (reference?.kind === "env" && reference.name.startsWith(overridePrefix(source.alias))) overridden.push(key);
    const what = `${source.alias}.${key}`;
    found.set(key, reference === undefined ? value : await fetchSecret(value, { ...call, folder: folderOf(source), what }));
  }
  // fromEntries keeps a key called `__proto__` as data.
  const input = Object.fromEntries(found);
  if (overridden.length === 0) return input;
  const { issues = [] } = await connector.options["~standard"].validate(input);
  for (const { path: [first] = [] } of issues) {
    const key = String(typeof first === "object" ? first.key : first);
    if (overridden.includes(key)) input[key] = spelt(input[key]);
  }
  return input;
}

function spelt(value: unknown): unknown {
  if (value === "true" || value === "false") return value === "true";
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
