import { extname } from "node:path";
import { formatNanos, isSondeError, type Source, type Stream } from "@sonde/core";
import type { NdArray } from "@sonde/core/connector";
import { Command, Option } from "commander";
import { type CommonOptions, type Context, contextOf, type Surroundings, withCommonOptions } from "../context.js";
import { exit, failure } from "../exit.js";
import { counted, printable } from "../output/text.js";
import { planOf, printPlan } from "../plan/plan.js";
import { writeWholeFile } from "../plot/file.js";
import { shadesOf } from "../plot/shades.js";
import { type RangeOptions, rangeHelp, resolvedRange, withinOf } from "../range.js";
import { withRangeOptions } from "../range-options.js";
import { targetOf, withSource } from "../source.js";
import { listOf } from "./read.js";

const maps = ["grey", "viridis", "inferno", "coolwarm"] as const;

type ImageOptions = CommonOptions &
  RangeOptions & {
    readonly output?: string;
    readonly field?: string;
    readonly map?: (typeof maps)[number];
    readonly percentiles?: readonly [number, number];
    readonly limits?: readonly [number, number];
    readonly level?: number;
    readonly slice?: readonly (readonly [number, number])[];
    readonly dryRun?: boolean;
  };

const examples = `
Examples:
  $ sonde image runs:scan/det -o frame.png
  $ sonde image plant:camera --last 5s --level 2 --map viridis -o frame.png
  $ sonde image runs:scan/det@a1b2/3 --slice 0:256,0:256 --limits 0,4095 -o corner.png`;

/** `sonde image`: one array of a stream as a picture, pixel by pixel. */
export function imageCommand(surroundings: Surroundings): Command {
  const command = withRangeOptions(new Command("image"))
    .description("Write an image of a stream as PNG, a pixel each: that of a row by its reference after @, else the first of the range.")
    .argument("<source:stream[@ref]>", "a stream, after the last colon; a reference as the stream's rows name it")
    .option("-o, --output <file.png>", "where to; without, the terminal gets a sketch")
    .option("--field <name>", "which column of images, where there are several")
    .addOption(new Option("--map <name>", "colours").choices(maps).default("grey"))
    .addOption(new Option("--percentiles <low,high>", "what becomes darkest and lightest; 1,99 without").argParser(pairOf("--percentiles")))
    .addOption(new Option("--limits <low,high>", "the same as values").argParser(pairOf("--limits")))
    .addOption(new Option("--level <count>", "half the sides that many times, as the archive has it").argParser(levelOf))
    .addOption(new Option("--slice <ranges>", "a part: from:to for each side, end exclusive, such as 0:256,0:256").argParser(sliceOf))
    .option("--dry-run", "tell what would be read; read nothing")
    .addHelpText("after", `${rangeHelp}\n${examples}`);
  return withCommonOptions(command).action((text: string, options: ImageOptions) =>
    picture(contextOf(surroundings, options), text, options),
  );
}

async function picture(context: Context, text: string, options: ImageOptions): Promise<void> {
  const { output } = options;
  if (output !== undefined && extname(output).toLowerCase() !== ".png") throw failure(exit.usage, `${output}: an image is written as .png`);
  if (output === undefined && !context.isTTY && !context.json && options.dryRun !== true)
    throw failure(exit.usage, "where to? Name a file by -o frame.png");
  const within = withinOf(options);
  const target = await targetOf(context, text);
  await withSource(context, target, async ({ source, name }) => {
    const { signal, say } = context;
    const { stream, ref } = await streamAndRef(source, target.stream ?? "", signal);
    if (!stream.supports("arrays")) throw failure(exit.failure, `${stream.id} holds no images: sonde plot draws numbers`);
    const { field, level, slice } = options;
    if (options.dryRun === true) {
      const description = await stream.describe({ signal });
      const question = {
        kind: "arrays" as const,
        what: ref === undefined ? "the first image of the range" : `the image ${ref}`,
        points: 1,
      };
      const range = resolvedRange(within, description);
      return printPlan(context, await planOf(context, { source, stream, name, description, range, columns: undefined, question }));
    }
    const array = await context.progress({ what: `reading ${stream.id}`, prints: false }, (line) =>
      stream.arrays({ ...within, field, level, slice, refs: ref === undefined ? undefined : [ref], signal, onProgress: line.tell }).first(),
    );
    if (array === undefined)
      throw failure(exit.notFound, `${stream.id} has no image ${ref === undefined ? "there" : `'${ref}'`}: sonde head lists them`);
    say(
      `${array.field} ${array.ref} at ${formatNanos(array.time)}: ${array.shape.join(" × ")}${array.level > 0 ? `, level ${array.level}` : ""}`,
    );
    await show(context, stream, array, options);
  });
}

async function show(context: Context, stream: Stream, array: NdArray, { output, map, percentiles, limits }: ImageOptions): Promise<void> {
  const { encodePng, pixelsOf } = await import("@sonde/plot");
  const pixels = pixelsOf(array, { map: output === undefined ? "grey" : map, percentiles, limits });
  if (output !== undefined) {
    const bytes = encodePng(pixels);
    await writeWholeFile(output, bytes);
    context.say(`${pixels.width} × ${pixels.height} pixels, ${counted(bytes.length, "byte")} in ${output}`);
  } else if (!context.json) await context.out.write(shadesOf(pixels, context.width ?? 80));
  if (!context.json) return;
  const { picturedSchema } = await import("../schema.js");
  const { time, ref, field, shape, level, data } = array;
  const type = data.constructor.name
    .replace(/Array$/, "")
    .replace("Big", "")
    .toLowerCase();
  await context.out.write(
    `${JSON.stringify(picturedSchema.encode({ stream: stream.id, time, ref, field, shape: [...shape], type, level, file: output }))}\n`,
  );
}

/** The stream of that id, or the one before the last @ with a reference after it. */
async function streamAndRef(source: Source, id: string, signal: AbortSignal): Promise<{ readonly stream: Stream; readonly ref?: string }> {
  if (id === "") throw failure(exit.usage, "which stream? Name one after a colon: sonde ls SOURCE lists them");
  try {
    return { stream: await source.stream(id, { signal }) };
  } catch (error) {
    const at = id.lastIndexOf("@");
    if (at <= 0 || !isSondeError(error, "not-found")) throw error;
    return { stream: await source.stream(id.slice(0, at), { signal }), ref: id.slice(at + 1) };
  }
}

function pairOf(option: string): (text: string) => readonly [number, number] {
  return (text) => {
    const [low = Number.NaN, high = Number.NaN, ...more] = listOf(option, text).map(Number);
    if (more.length === 0 && low < high) return [low, high];
    throw failure(exit.usage, `${option}: write two numbers, the lower one first, such as 1,99, not '${printable(text)}'`);
  };
}

function levelOf(text: string): number {
  if (/^\d{1,2}$/.test(text)) return Number(text);
  throw failure(exit.usage, `--level: '${printable(text)}' is not a whole number from 0 on`);
}

function sliceOf(text: string): readonly (readonly [number, number])[] {
  return listOf("--slice", text).map((part) => {
    const [, from, to] = /^(\d+):(\d+)$/.exec(part) ?? [];
    if (from !== undefined && Number(from) < Number(to)) return [Number(from), Number(to)] as const;
    throw failure(exit.usage, `--slice: write from:to for each side, such as 0:256,0:256, not '${printable(part)}'`);
  });
}
