import { resolve } from "node:path";
import { Command } from "commander";
import { isUrl } from "../../address.js";
import { isAlias, projectFile, readToml, userFile } from "../../config/configuration.js";
import { editToml, withoutTable, withTable, withValue } from "../../config/edit.js";
import { isSecretName, parseReference } from "../../config/secret.js";
import { type CommonOptions, type Context, contextOf, type Surroundings, withCommonOptions } from "../../context.js";
import { exit, failure } from "../../exit.js";
import { printable } from "../../output/text.js";

type PlaceOptions = CommonOptions & { readonly project?: boolean };
type AddOptions = PlaceOptions & { readonly connector?: string; readonly set: readonly string[]; readonly replace?: boolean };

const collect = (text: string, before: readonly string[]): string[] => [...before, text];
const projectOption = ["--project", "in ./sonde.toml, for all who work here, instead of your own configuration"] as const;

/** `sonde source add`. */
export function addCommand(surroundings: Surroundings): Command {
  const command = new Command("add")
    .summary("name a source")
    .description(
      "Name a source, so that ALIAS:STREAM means one of its streams. Secrets are named by where they are kept, and never stand in the configuration.",
    )
    .argument("<alias>", "two letters, digits, - or _ at least")
    .argument("[address]", "a path or an address; or say --connector")
    .option("--connector <id>", "by its id, where no address says it: sonde plugin ls")
    .option(
      "--set <key=value>",
      "an option of the connector; a secret as key=env:NAME, key=file:PATH, key=command:LINE, key=keychain:SERVICE/ACCOUNT",
      collect,
      [],
    )
    .option("--replace", "where the alias is taken")
    .option(...projectOption)
    .addHelpText(
      "after",
      "\nExamples:\n  $ sonde source add rec ./2026-11-22_recording.h5\n  $ sonde source add grid btrdb://grid.lab:4411 --set apiKey=env:GRID_KEY\n  $ sonde source add bench --connector remote --set url=http://127.0.0.1:4411 --set token=file:~/.bench-token",
    );
  return withCommonOptions(command).action(async (alias: string, address: string | undefined, options: AddOptions) => {
    const context = contextOf(surroundings, options);
    const { connector, set, replace } = options;
    if (!isAlias(alias))
      throw failure(exit.usage, `'${printable(alias)}' is no alias: two letters, digits, - or _ at least, a letter first`);
    if (address === undefined && connector === undefined)
      throw failure(exit.usage, "what does it open? Give an address, or --connector ID");
    if (address !== undefined && isUrl(address) && /^[^/]*\/\/[^/?#]*:[^/?#]*@/.test(address)) {
      throw failure(exit.usage, "an address must not carry a password: give it by --set password=env:NAME");
    }
    const entries = [
      ...(connector === undefined ? [] : [["connector", connector] as const]),
      ...(address === undefined ? [] : [["address", written(address, context, options)] as const]),
      ...set.map(optionOf),
    ];
    const file = fileOf(context, options);
    const there = hasSource(await readToml(file), alias);
    if (there && replace !== true) throw failure(exit.usage, `${file} has a source '${alias}' already: say --replace`);
    const change = (text: string) => withTable(there ? withoutTable(text, `sources.${alias}`) : text, `sources.${alias}`, entries);
    await editToml(file, change, (said) => hasSource(said, alias));
    context.say(`${alias} is in ${file}; sonde source test ${alias} opens it`);
  });
}

/** `sonde source rm`. */
export function removeCommand(surroundings: Surroundings): Command {
  const command = new Command("rm")
    .summary("forget a source")
    .description("Forget a source. What it opens is not touched.")
    .argument("<alias>")
    .option(...projectOption);
  return withCommonOptions(command).action(async (alias: string, options: PlaceOptions) => {
    const context = contextOf(surroundings, options);
    const file = fileOf(context, options);
    if (!hasSource(await readToml(file), alias))
      throw failure(exit.notFound, `${file} has no source '${printable(alias)}': sonde source ls says where it is`);
    await editToml(
      file,
      (text) => withoutTable(text, `sources.${alias}`),
      (said) => !hasSource(said, alias),
    );
    context.say(`${alias} is no longer in ${file}`);
  });
}

/** `sonde source set-default`. */
export function setDefaultCommand(surroundings: Surroundings): Command {
  const command = new Command("set-default")
    .summary("say which source :STREAM means")
    .description("Say which source is meant where none is named, as in `sonde head :STREAM`.")
    .argument("<alias>")
    .option(...projectOption);
  return withCommonOptions(command).action(async (alias: string, options: PlaceOptions) => {
    const context = contextOf(surroundings, options);
    if (!(await context.configuration()).sources.has(alias))
      throw failure(exit.notFound, `there is no source '${printable(alias)}': sonde source ls lists them`);
    const file = fileOf(context, options);
    await editToml(
      file,
      (text) => withValue(text, "default", alias),
      (said) => said.default === alias,
    );
    context.say(`:STREAM means ${alias}, by ${file}`);
  });
}

function fileOf({ environment, folder }: Context, { project }: PlaceOptions): string {
  const file = project === true ? projectFile(folder) : userFile(environment);
  if (file === undefined)
    throw failure(exit.usage, "there is no home folder to keep a configuration in: say --project, or set XDG_CONFIG_HOME");
  return file;
}

/** A path of this machine as it is from everywhere, but relative in a project's own configuration. */
function written(address: string, { folder }: Context, { project }: PlaceOptions): string {
  return isUrl(address) || project === true ? address : resolve(folder, address);
}

function optionOf(text: string): readonly [key: string, value: unknown] {
  const [, key, value] = /^([^=]+)=([\s\S]*)$/.exec(text) ?? [];
  if (key === undefined || value === undefined || key === "connector" || key === "address")
    throw failure(exit.usage, "--set: write key=value");
  const reference = parseReference(value);
  if (reference !== undefined) return [key, reference];
  if (isSecretName(key))
    throw failure(exit.usage, `--set: ${key} is a secret: say where it is kept, such as ${key}=env:NAME, and write it there`);
  return [key, /^(true|false|-?\d{1,15}(\.\d+)?)$/.test(value) ? JSON.parse(value) : value];
}

function hasSource(said: Record<string, unknown> | undefined, alias: string): boolean {
  const sources = said?.sources;
  return typeof sources === "object" && sources !== null && Object.hasOwn(sources, alias);
}
