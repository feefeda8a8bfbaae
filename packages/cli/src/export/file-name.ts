/** Names that Windows keeps for devices. */
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * A stream's id as a path below a folder, with "/": each part of letters, digits and `._-`, all else by percent. No id leads out of the
 * folder, and two ids never give one path (where the file system tells upper case from lower).
 */
export function filePathOf(id: string): string {
  return id.split("/").map(fileNameOf).join("/");
}

/** One part of a path, for what may hold slashes itself. */
export function fileNameOf(text: string): string {
  const safe = encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd")).replace(/[!'()*~]/g, percent);
  if (safe === "") return "%";
  // "..", "a." and devices mean more than themselves.
  if (/^\.|\.$/.test(safe) || device.test(safe)) return percent(safe.charAt(0)) + safe.slice(1).replace(/\.$/, "%2E");
  return safe;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
}
