import { type SondeError, sondeError } from "../errors.js";

/** The error for a time, span or zone that a person wrote and that can't be taken as it stands. */
export function refuse(message: string, cause?: unknown): SondeError<"options"> {
  return sondeError("options", message, cause === undefined ? {} : { cause });
}

const longest = 60;

/** A value of unknown origin, quoted for a message: never long, never calling code of the value's own. */
export function shown(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value.length > longest ? `${JSON.stringify(value.slice(0, longest))}… (${value.length} characters)` : JSON.stringify(value);
    case "bigint":
      return `${value}n`;
    case "number":
    case "boolean":
    case "undefined":
      return String(value);
    case "object":
      return value === null ? "null" : "an object";
    default:
      return `a ${typeof value}`;
  }
}
