import { type Description, formatSpan, type Source, type Stream } from "@sonde/core";
import { type Field, fieldInfo } from "@sonde/core/connector";
import { descriptionToJson, streamToJson } from "@sonde/core/schema";
import { Command } from "commander";
import { type CommonOptions, type Context, contextOf, type Surroundings, withCommonOptions } from "../context.js";
import { unitText } from "../output/cell.js";
import { clockText, descriptionTexts } from "../output/describe.js";
import { type RowGroup, tableLines } from "../output/table.js";
import { printable, widthOf } from "../output/text.js";
import { treeLines } from "../output/tree.js";
import { targetOf, withSource, withStream } from "../source.js";

const abilities = ["windows", "overview", "newest", "arrays", "objects", "versions", "live", "append"] as const;
const sourceAbilities = ["collections", "create"] as const;

/** `sonde info`: what a source says of itself, or what a stream holds. Never a scan. */
export function infoCommand(surroundings: Surroundings): Command {
  const command = new Command("info")
    .description("Tell about a source, or about a stream: columns with units and roles, extent, clock, accuracy, abilities, version.")
    .argument("<source[:stream]>", "a file, a folder, an alias or an address; a stream after the last colon")
    .addHelpText("after", "\nExamples:\n  $ sonde info rec.h5\n  $ sonde info rec.h5:spikes");
  return withCommonOptions(command).action(async (text: string, options: CommonOptions) => {
    const context = contextOf(surroundings, options);
    const target = await targetOf(context, text);
    if (target.stream === undefined) {
      await withSource(context, target, ({ source, name }) => printSource(context, source, name));
    } else {
      await withStream(context, target, async ({ stream }) => {
        const description = await context.progress({ what: `describing ${stream.id}`, prints: false }, () =>
          stream.describe({ signal: context.signal }),
        );
        await printStream(context, stream, description);
      });
    }
  });
}

async function printSource({ out, json, isTTY, style }: Context, source: Source, name: string): Promise<void> {
  const can = sourceAbilities.filter((ability) => source.supports(ability));
  if (json || !isTTY) {
    await out.write(jsonText({ address: name, connector: source.connector, abilities: can, info: source.info }));
    return;
  }
  await out.write(`${style.bold(printable(name))} · ${source.connector}${can.length > 0 ? ` · ${can.join(", ")}` : ""}\n`);
  await out.write(treeLines(source.info, style));
}

async function printStream({ out, json, isTTY, style }: Context, stream: Stream, description: Description): Promise<void> {
  const can = abilities.filter((ability) => stream.supports(ability));
  if (json || !isTTY) {
    await out.write(jsonText({ ...streamToJson({ ...stream, known: {} }), known: descriptionToJson(description), abilities: can }));
    return;
  }
  const { rows, first, last, rate } = descriptionTexts(description);
  const { clock, accuracy, version, kind } = description;
  const facts: [name: string, value: string][] = [["kind", kind]];
  if (stream.name !== stream.id) facts.push(["name", printable(stream.name)]);
  if (stream.collection !== undefined) facts.push(["collection", printable(stream.collection)]);
  facts.push(["rows", rows], ["first", first], ["last", last], ["rate", rate]);
  if (clock !== undefined) facts.push(["clock", clockText(clock)]);
  if (accuracy !== undefined) facts.push(["accuracy", `times are within ${formatSpan(accuracy)} of the truth`]);
  if (version !== undefined) facts.push(["version", printable(version)]);
  if (can.length > 0) facts.push(["abilities", can.join(", ")]);
  const longest = Math.max(...facts.map(([name]) => widthOf(name)));
  await out.write(`${style.bold(printable(stream.id))}\n`);
  for (const [name, value] of facts) await out.write(`${style.dim(name.padEnd(longest))}  ${value}\n`);
  await out.write("\n");
  const columns = ["column", "type", "unit", "role", "description"].map((name) => ({ name }));
  for await (const lines of tableLines(columns, columnRows(description.schema.fields), { style, longestCell: Number.POSITIVE_INFINITY }))
    await out.write(lines);
  const { metadata = {} } = stream;
  if (Object.keys(metadata).length > 0) await out.write(`\n${style.bold("metadata")}\n${treeLines(metadata, style)}`);
}

async function* columnRows(fields: readonly Field[]): AsyncGenerator<RowGroup, void, undefined> {
  yield fields.map((field) => {
    const { role = "", label, description = label ?? "" } = fieldInfo(field);
    const type = `${String(field.type)}${field.nullable ? " or null" : ""}`;
    return [field.name, type, unitText(field), role, description].map(printable);
  });
}

function jsonText(value: unknown): string {
  const digits = (_key: string, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner);
  return `${JSON.stringify(value, digits, 2)}\n`;
}
