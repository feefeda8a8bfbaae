/** What a person names: an archive, and perhaps one of its streams. */
export type Target = { readonly source: string; readonly stream?: string };

/** Up to the port: no colon in it separates, and what may be a password stays whole, to be refused as one. */
const AUTHORITY = /^[a-z][a-z0-9+.-]+:\/\/(?:[^/?#]*@)?(?:\[[^\]/?#]*\]|[^:/?#]*)(?::\d*(?=[:/?#]|$))?/i;
/** One letter: two and more are a scheme. */
const DRIVE = /^[a-z]:/i;

/**
 * Splits `SOURCE:STREAM` at the last colon. Colons of a drive, a scheme or a port never separate, and a name that exists is
 * taken as it is: where `exists` knows a source to the left of some colon, the longest such source wins, so that both file
 * names and stream ids may hold colons. A colon at the end says that all before it is the source.
 */
export async function splitTarget(text: string, exists: (source: string) => Promise<boolean>): Promise<Target> {
  const fixed = (AUTHORITY.exec(text) ?? DRIVE.exec(text))?.[0].length ?? 0;
  if (text.endsWith(":") && text.length > fixed + 1) {
    return (await exists(text)) ? { source: text } : { source: text.slice(0, -1) };
  }
  const colons = [...text.matchAll(/:/g)].map(({ index }) => index).filter((index) => index >= fixed && index > 0);
  const last = colons.at(-1);
  if (last === undefined || (await exists(text))) return { source: text };
  for (const colon of colons.reverse()) {
    if (await exists(text.slice(0, colon))) return at(text, colon);
  }
  return at(text, last);
}

/** Whether a source is an address with a scheme rather than a path of this machine. */
export function isUrl(source: string): boolean {
  return AUTHORITY.test(source);
}

/** The address of a stream, to be given back to {@link splitTarget}. */
export function joinTarget({ source, stream }: Target): string {
  return stream === undefined ? source : `${source}:${stream}`;
}

function at(text: string, colon: number): Target {
  return { source: text.slice(0, colon), stream: text.slice(colon + 1) };
}
