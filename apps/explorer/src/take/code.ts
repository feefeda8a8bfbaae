import { addressOf, type Shown, statistics } from "./shown.js";

export const languages = ["typescript", "shell", "curl"] as const;
export type Language = (typeof languages)[number];

/** A program that asks for what is shown, and says how many rows came. The token stands in the environment, never in the text. */
export function codeOf(shown: Shown, language: Language): string {
  return { typescript, shell, curl }[language](shown);
}

function typescript({ origin, source, stream, columns, range, width }: Shown): string {
  const question = [
    `start: ${range.start}n`,
    `end: ${range.end}n`,
    `columns: [${columns.map(quoted).join(", ")}]`,
    ...(width === undefined ? [] : [`width: ${width}n`, `statistics: [${statistics.map(quoted).join(", ")}]`]),
  ];
  const ask = width === undefined ? `stream.table({ ${question.join(", ")} })` : `stream.windows({ ${question.join(", ")} }).table()`;
  return `import { printTable } from "@sonde/core";
import { remote } from "@sonde/remote";

const token = process.env.SONDE_TOKEN ?? "";
await using source = await remote.open({ url: ${quoted(origin)}, source: ${quoted(source)}, token });
const stream = await source.stream(${quoted(stream)});
const table = await ${ask};
console.log(printTable(table));
`;
}

function shell({ origin, source, stream, columns, range, width }: Shown): string {
  const address = `sonde+${origin}/${encodeURIComponent(source)}:${stream}`;
  const windows = width === undefined ? [] : ["--every", `${width}ns`, "--agg", statistics.join(",")];
  const words = ["read", address, "--start", String(range.start), "--end", String(range.end), "--columns", columns.join(","), ...windows];
  return `sonde ${[...words, "-o", "view.parquet"].map(shellQuoted).join(" ")}\n`;
}

function curl(shown: Shown): string {
  return `curl --fail --silent --show-error -H "Authorization: Bearer $SONDE_TOKEN" -o view.arrow \\\n  ${shellQuoted(addressOf(shown, "arrow").href)}\n`;
}

/** JSON's texts are JavaScript's, these two letters included since 2019. */
const quoted = (text: string) => JSON.stringify(text);

/** As one word of a POSIX shell, whatever is in it. */
function shellQuoted(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
