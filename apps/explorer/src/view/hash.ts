import { emptyView, type View, viewSchema } from "./view.js";

/**
 * A view as the fragment of an address, without `#`: `v=1&t=plant/USEAST%2FC1ANG/value&from=…&to=…`. Nanoseconds are written as digits.
 * What is as in an empty view is left out.
 */
export function viewToHash(view: View): string {
  const plain = viewSchema.encode(view);
  const pairs: [string, string][] = [["v", "1"]];
  for (const { source, stream, column } of plain.traces) pairs.push(["t", path([source, stream, column])]);
  if (plain.open) pairs.push(["open", path([plain.open.source, plain.open.stream])]);
  if (plain.tab !== emptyView.tab) pairs.push(["tab", plain.tab]);
  const shown = plain.window;
  if (shown !== undefined) {
    if ("start" in shown) pairs.push(["from", shown.start], ["to", shown.end]);
    else if ("now" in shown) pairs.push(["now", shown.now]);
    else pairs.push(["last", shown.last]);
  }
  if (plain.a !== undefined) pairs.push(["a", plain.a]);
  if (plain.b !== undefined) pairs.push(["b", plain.b]);
  if (plain.zone !== emptyView.zone) pairs.push(["zone", path([plain.zone])]);
  if (plain.theme !== emptyView.theme) pairs.push(["theme", plain.theme]);
  return pairs.map(([key, value]) => `${key}=${value}`).join("&");
}

/** The view of a fragment; undefined where it is none, of another version, or damaged. Unknown parts are passed over. */
export function viewFromHash(hash: string): View | undefined {
  const pairs = hash
    .replace(/^#/, "")
    .split("&")
    .map((pair): [string, string] => [pair.split("=", 1)[0] ?? "", pair.slice(pair.indexOf("=") + 1)]);
  const values = new Map(pairs);
  if (values.get("v") !== "1") return undefined;
  try {
    const [open, zone] = [values.get("open"), values.get("zone")];
    const { success, data } = viewSchema.safeParse({
      traces: pairs.filter(([key]) => key === "t").map(([, value]) => named(["source", "stream", "column"], value)),
      ...(open !== undefined && { open: named(["source", "stream"], open) }),
      tab: values.get("tab") ?? emptyView.tab,
      ...window(values),
      ...(values.has("a") && { a: values.get("a") }),
      ...(values.has("b") && { b: values.get("b") }),
      zone: zone === undefined ? emptyView.zone : decodeURIComponent(zone),
      theme: values.get("theme") ?? emptyView.theme,
    });
    return success ? data : undefined;
  } catch {
    // A percent sign that begins no character.
    return undefined;
  }
}

function window(values: ReadonlyMap<string, string>): object {
  const [start, end, now, last] = ["from", "to", "now", "last"].map((key) => values.get(key));
  if (start !== undefined || end !== undefined) return { window: { start, end } };
  if (now !== undefined) return { window: { now } };
  return last === undefined ? {} : { window: { last } };
}

/** Names may hold slashes: these are escaped, and only those between names are not. */
function path(names: readonly string[]): string {
  return names.map(encodeURIComponent).join("/");
}

function named(names: readonly string[], text: string): object {
  const parts = text.split("/").map(decodeURIComponent);
  return Object.fromEntries(parts.map((part, index) => [names[index] ?? `more${index}`, part]));
}
