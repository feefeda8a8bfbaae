import { sondeError } from "@sonde/core/bytes";

/** Widths and precisions that a document may ask for: a file name ends at 255 bytes anyway. */
const widest = 64;

/**
 * C's `printf` as Python's `%` has it, for what detectors write file names with: `%s`, `%d`, `%i`, `%u`, `%%`, with flags, width and
 * precision ("%s%s_%6.6d.tiff"). The arguments are taken in turn and all are needed. Rejects `format`.
 */
export function printf(template: string, values: readonly (string | number)[], key: string): string {
  let next = 0;
  const result = template.replace(
    /%(?:%|([-+ 0#]*)(\d*)(?:\.(\d+))?([a-zA-Z]?))/g,
    (conversion, flags = "", width = "", precision, letter) => {
      if (conversion === "%%") return "%";
      const value = values[next++];
      if (value === undefined) throw wrong(template, key, "takes more values than there are");
      if (Number(width) > widest || Number(precision ?? 0) > widest) throw wrong(template, key, `asks for more than ${widest} characters`);
      if (letter === "s") return padded(precision === undefined ? String(value) : String(value).slice(0, Number(precision)), flags, width);
      if (!"diu".includes(letter) || letter === "" || typeof value !== "number") throw wrong(template, key, `has "${conversion}"`);
      return integer(value, flags, width, precision);
    },
  );
  if (next < values.length) throw wrong(template, key, "takes fewer values than there are");
  return result;
}

/**
 * The name of file `index` by a template of a stream resource: Python's new form ("img_{:05d}.tif"), or the old one, in which the first `%s`
 * is `filename`, the others are empty, and `%6.6d` is the index. Rejects `format`.
 */
export function fileName(template: string, index: number, filename: string, key: string): string {
  if (/%[-+ 0#]*\d*(?:\.\d+)?[sdiu]/.test(template)) {
    let texts = 0;
    const values: (string | number)[] = [];
    for (const [conversion, letter] of template.matchAll(/%(?:%|[-+ 0#]*\d*(?:\.\d+)?([a-zA-Z]?))/g)) {
      if (conversion === "%%") continue;
      values.push(letter === "s" ? (texts++ === 0 ? filename : "") : index);
    }
    return printf(template, values, key);
  }
  let used = false;
  const result = template.replace(/\{\{|\}\}|\{([^{}]*)\}|[{}]/g, (part, field: string | undefined) => {
    if (part === "{{" || part === "}}") return part.slice(1);
    if (field === "filename") return filename;
    const [, fill = "", width = ""] = /^0?(?::(0?)(\d*)d?)?$/.exec(field ?? "?") ?? [undefined, "?"];
    if (fill === "?") throw wrong(template, key, `has "${part}"`);
    if (Number(width) > widest) throw wrong(template, key, `asks for more than ${widest} characters`);
    used = true;
    return String(index).padStart(Number(width), fill === "0" ? "0" : " ");
  });
  if (!used && index > 0) throw wrong(template, key, "names one file only");
  return result;
}

function integer(value: number, flags: string, width: string, precision: string | undefined): string {
  const digits = String(Math.abs(value)).padStart(Number(precision ?? 0), "0");
  const sign = value < 0 ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  // As in Python, and unlike C, zeros fill also where there is a precision.
  if (flags.includes("0") && !flags.includes("-")) return sign + digits.padStart(Number(width) - sign.length, "0");
  return padded(sign + digits, flags, width);
}

function padded(text: string, flags: string, width: string): string {
  return flags.includes("-") ? text.padEnd(Number(width)) : text.padStart(Number(width));
}

function wrong(template: string, key: string, problem: string) {
  return sondeError("format", `${key}: the file template ${JSON.stringify(template.slice(0, 120))} ${problem}`, { key });
}
