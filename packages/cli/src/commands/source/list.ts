import type { ConfiguredSource } from "../../config/configuration.js";
import { isSecretName, referenceOf } from "../../config/secret.js";
import type { Context } from "../../context.js";
import { tableLines } from "../../output/table.js";
import { printable, withoutSecrets } from "../../output/text.js";

/** The configured sources; secrets by where they come from. */
export async function printSources(context: Context): Promise<void> {
  const { out, json, isTTY, style, say } = context;
  const { sources, defaultSource, files } = await context.configuration();
  if (json || !isTTY) {
    const { sourceSchema } = await import("../../schema.js");
    for (const source of sources.values()) {
      const { alias, connector, address, file } = source;
      const options = Object.fromEntries(Object.entries(source.options).map(([key, value]) => [key, shownValue(key, value)]));
      const line = { alias, default: alias === defaultSource, connector, address: address && withoutSecrets(address), options, file };
      await out.write(`${JSON.stringify(sourceSchema.parse(line))}\n`);
    }
    return;
  }
  if (sources.size === 0) {
    say(
      `no sources are configured${files.length === 0 ? "" : ` in ${files.join(" and ")}`}: sonde source add ALIAS ADDRESS, or name a file`,
    );
    return;
  }
  const columns = ["alias", "", "opens", "options", "from"].map((name) => ({ name }));
  const rows = [...sources.values()].map((source) => [
    source.alias,
    source.alias === defaultSource ? "default" : "",
    printable(withoutSecrets(source.address ?? source.connector ?? "")),
    printable(optionsText(source)),
    printable(source.file),
  ]);
  const groups = (async function* () {
    yield rows;
  })();
  for await (const lines of tableLines(columns, groups, { style })) await out.write(lines);
}

function optionsText({ options }: ConfiguredSource): string {
  return Object.entries(options)
    .map(([key, value]) => {
      const shown = shownValue(key, value);
      return `${key}=${typeof shown === "string" ? shown : JSON.stringify(shown)}`;
    })
    .join(" ");
}

/** A value without what may be secret: references as "env:NAME", literal secrets as asterisks. */
export function shownValue(key: string, value: unknown): unknown {
  const reference = referenceOf(value);
  if (reference !== undefined) return `${reference.kind}:${reference.kind === "command" ? "…" : reference.name}`;
  if (isSecretName(key)) return "********";
  if (typeof value === "string") return withoutSecrets(value);
  if (typeof value === "bigint" || value instanceof Date) return String(value);
  if (Array.isArray(value)) return value.map((inner) => shownValue(key, inner));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([inner, one]) => [inner, shownValue(inner, one)]));
}
