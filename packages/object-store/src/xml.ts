import { sondeError } from "@sonde/core/bytes";

/** An element with its text (its own, children's not) and its children in order. */
export interface Element {
  readonly name: string;
  text: string;
  readonly children: Element[];
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);
const DEEPEST = 16;
/** A start tag with its attributes, which mean nothing in S3's answers; each alternative begins with another character. */
const TAG = /<([A-Za-z_][\w.-]*)(?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>/y;
const END_TAG = /<\/([A-Za-z_][\w.-]*)\s*>/y;

/**
 * The root of a small XML document of the kind that S3 answers with: elements and text. What else XML has (a document type and the
 * entities it may declare, sections of CDATA, instructions) is refused, so nothing expands or refers to anything. A document that is cut short is
 * `format`, with the key and the offset in characters.
 */
export function parseXml(text: string, key: string): Element {
  let at = 0;
  const fail = (problem: string): never => {
    throw sondeError("format", `${key} answered XML with ${problem} at character ${at}: is this an S3 server?`, { key, offset: at });
  };
  const skipAsides = () => {
    for (;;) {
      while (/\s|\ufeff/.test(text.charAt(at))) at += 1;
      if (!text.startsWith("<!--", at)) return;
      const end = text.indexOf("-->", at);
      if (end < 0) fail("a comment without end");
      at = end + 3;
    }
  };
  if (text.charCodeAt(0) === 0xfeff) at = 1;
  if (text.startsWith("<?xml", at)) {
    const end = text.indexOf("?>", at);
    if (end < 0) fail("a declaration without end");
    at = end + 2;
  }
  skipAsides();

  const open: Element[] = [];
  for (;;) {
    END_TAG.lastIndex = at;
    TAG.lastIndex = at;
    const inside = open.at(-1);
    const end = inside && END_TAG.exec(text);
    const start = end ? undefined : TAG.exec(text);
    let closed: Element | undefined;
    if (inside && end) {
      if (end[1] !== inside.name) fail(`</${end[1]}> where </${inside.name}> belongs`);
      at = END_TAG.lastIndex;
      closed = open.pop();
    } else if (start) {
      const element: Element = { name: start[1] ?? "", text: "", children: [] };
      inside?.children.push(element);
      at = TAG.lastIndex;
      if (start[2] === "/") closed = element;
      else if (open.push(element) > DEEPEST) fail(`more than ${DEEPEST} levels`);
    } else if (inside === undefined) fail("no element");
    else if (text.startsWith("<!--", at)) skipAsides();
    else if (text.charAt(at) === "<") fail("markup that S3 does not use");
    else if (inside) {
      const next = text.indexOf("<", at);
      if (next < 0) fail(`an end before </${inside.name}>`);
      inside.text += decodeEntities(text.slice(at, next), fail);
      at = next;
    }
    if (closed && open.length === 0) {
      skipAsides();
      if (at < text.length) fail("more after its end");
      return closed;
    }
  }
}

/** The first child of that name. */
export function childOf(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((child) => child.name === name);
}

function decodeEntities(text: string, fail: (problem: string) => never): string {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{1,8}))?;?/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    const code = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : undefined;
    const character = code === undefined ? NAMED.get(name ?? "") : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
    if (character === undefined || !whole.endsWith(";")) return fail("an unknown entity");
    return character;
  });
}
