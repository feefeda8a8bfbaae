import { type Source, type Stream, sondeError } from "@sonde/core";

/** What is served: open sources by the name that stands in addresses. Whoever opened them closes them. */
export type Sources = { readonly [name: string]: Source };

/** Rejects `not-found`, naming what there is. */
export function sourceOf(sources: Sources, name: string | undefined): Source {
  const names = Object.keys(sources);
  const only = name === undefined && names.length === 1 ? names[0] : name;
  const found = only !== undefined && Object.hasOwn(sources, only) ? sources[only] : undefined;
  if (found !== undefined) return found;
  const there = names.length === 0 ? "nothing" : names.map((one) => `'${one}'`).join(", ");
  throw sondeError("not-found", name === undefined ? `say which source: ${there}` : `no source '${name}': there is ${there}`, {
    id: name ?? "source",
  });
}

/** What of the contract a stream can do. Windows are always there: what the archive does not serve is made here, next to the data. */
export function abilitiesOf(stream: Stream): string[] {
  const asked = ["overview", "newest", "arrays", "objects", "versions", "changes", "live", "append", "annotate"] as const;
  return ["windows", ...asked.filter((ability) => stream.supports(ability))];
}
