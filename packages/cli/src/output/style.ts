export type ColourChoice = "auto" | "always" | "never";

/** Marks text for a terminal; without colour each gives the text back. */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  cyan(text: string): string;
}

/** ECMA-48, 8.3.117: on and off codes of "select graphic rendition". */
const codes = { bold: [1, 22], dim: [2, 22], red: [31, 39], cyan: [36, 39] } as const;

export function styleOf(coloured: boolean): Style {
  const mark = (name: keyof typeof codes) => (text: string) =>
    coloured && text !== "" ? `\u001b[${codes[name][0]}m${text}\u001b[${codes[name][1]}m` : text;
  return { bold: mark("bold"), dim: mark("dim"), red: mark("red"), cyan: mark("cyan") };
}

/** `--color` decides, then NO_COLOR (https://no-color.org), then FORCE_COLOR, then whether a terminal reads. */
export function isColoured(
  choice: ColourChoice | undefined,
  isTTY: boolean,
  environment: { readonly [name: string]: string | undefined },
): boolean {
  if (choice === "always" || choice === "never") return choice === "always";
  const { NO_COLOR, FORCE_COLOR, TERM } = environment;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== "0" && FORCE_COLOR !== "false";
  return isTTY && TERM !== "dumb";
}
