import { isRecord } from "../event-model/own.js";

const token = /-?"[^"]*"|[^\s"]+/g;
const word = /[\p{L}\p{N}_]+/gu;

/**
 * A test of start documents by words, as MongoDB's text search reads them: any of the words, whole and without regard to case, in any text; every
 * "phrase"; none that a dash excludes. Without a word to find, nothing is found.
 */
export function textTest(query: string): (document: object) => boolean {
  const words = new Set<string>();
  const [phrases, excluded]: [string[], string[]] = [[], []];
  for (const [found] of query.matchAll(token)) {
    const minus = found.startsWith("-") && found.length > 1;
    const text = (minus ? found.slice(1) : found).toLowerCase();
    if (text.startsWith('"')) (minus ? excluded : phrases).push(text.slice(1, -1));
    else if (minus) excluded.push(...(text.match(word) ?? []));
    else for (const part of text.match(word) ?? []) words.add(part);
  }
  return (document) => {
    if (words.size === 0 && phrases.length === 0) return false;
    const texts: string[] = [];
    gather(document, texts, 0);
    const lower = texts.map((text) => text.toLowerCase());
    const known = new Set(lower.flatMap((text) => text.match(word) ?? []));
    if (excluded.some((part) => known.has(part) || (part.includes(" ") && lower.some((text) => text.includes(part))))) return false;
    if (!phrases.every((phrase) => lower.some((text) => text.includes(phrase)))) return false;
    return words.size === 0 || phrases.length > 0 || [...words].some((part) => known.has(part));
  };
}

function gather(value: unknown, texts: string[], depth: number): void {
  if (typeof value === "string") texts.push(value);
  if (depth > 64) return;
  if (Array.isArray(value)) for (const item of value) gather(item, texts, depth + 1);
  else if (isRecord(value)) for (const item of Object.values(value)) gather(item, texts, depth + 1);
}
