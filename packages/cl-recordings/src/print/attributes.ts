import { printValue } from "./value.js";

/** A list of `name := value`, one a line. */
export function printAttributes(owner: string, attributes: { readonly [name: string]: unknown }): string {
  const entries = Object.entries(attributes);
  const lines = entries.map(([name, value]) => `${name} := ${printValue(value)}`);
  return `${owner}, ${entries.length} attributes:\n   [${lines.join(",\n    ")}]`;
}
