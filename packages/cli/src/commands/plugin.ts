import { Command } from "commander";
import { findPlugins } from "../connectors/plugins.js";
import { type CommonOptions, type Context, contextOf, type Surroundings, withCommonOptions } from "../context.js";
import { tableLines } from "../output/table.js";
import { printable } from "../output/text.js";

/** `sonde plugin`. */
export function pluginCommand(surroundings: Surroundings): Command {
  const list = new Command("ls")
    .summary("list the connectors")
    .description(
      'List the connectors: our own, and packages with the keyword "sonde-connector" that the nearest package.json, or the folder where sonde itself ' +
        "is installed, names as direct dependencies. Their package.json is read; nothing of them is run.",
    );
  withCommonOptions(list).action((options: CommonOptions) => printPlugins(contextOf(surroundings, options)));
  return new Command("plugin")
    .description("Tell which connectors there are. A plug-in is imported only when an address, or the configuration, asks for it.")
    .helpCommand(false)
    .addCommand(list);
}

async function printPlugins({ connectors, folder, json, isTTY, out, style }: Context): Promise<void> {
  const own = new Set(connectors.map((entry) => entry.package));
  const plugins = await findPlugins(folder);
  const all = [
    ...connectors.map((entry) => ({ entry, builtin: true, version: undefined, namedBy: undefined })),
    ...plugins
      .filter((plugin) => !own.has(plugin.package))
      .map(({ entry, version, namedBy }) => ({ entry, version, namedBy, builtin: false })),
  ];
  if (json || !isTTY) {
    const { pluginSchema } = await import("../schema.js");
    for (const { entry, ...rest } of all) {
      const { id, schemes, extensions } = entry;
      await out.write(`${JSON.stringify(pluginSchema.parse({ id, package: entry.package, schemes, extensions, ...rest }))}\n`);
    }
    return;
  }
  const columns = ["connector", "opens", "package", "named by"].map((name) => ({ name }));
  const rows = all.map(({ entry, version, namedBy, builtin }) =>
    [
      entry.id,
      [...entry.extensions, ...entry.schemes.filter((scheme) => scheme !== "file").map((scheme) => `${scheme}:`)].join(" ") ||
        "by configuration",
      builtin ? entry.package : `${entry.package} ${version}`,
      namedBy ?? "comes with sonde",
    ].map(printable),
  );
  const groups = (async function* () {
    yield rows;
  })();
  for await (const lines of tableLines(columns, groups, { style })) await out.write(lines);
}
