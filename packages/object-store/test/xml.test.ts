import fc from "fast-check";
import { XMLBuilder, XMLParser } from "fast-xml-parser";
import { expect, test } from "vitest";
import { decodeListPage } from "../src/list-page.js";
import { childOf, type Element, parseXml } from "../src/xml.js";

const listing = `<?xml version="1.0" encoding="UTF-8"?>
<!-- a comment -->
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
  <Name>bucket</Name><IsTruncated>true</IsTruncated><EncodingType>url</EncodingType>
  <NextContinuationToken>a&amp;b</NextContinuationToken>
  <Contents><Key>b%2Bc+d%2F%C3%BC</Key><Size>12</Size><ETag>&quot;e&#34;</ETag><LastModified>2020-08-07T22:00:00.123Z</LastModified><Owner/></Contents>
  <Contents><Key>a</Key><Size>0</Size><ETag>plain</ETag></Contents>
  <CommonPrefixes><Prefix>ab/</Prefix></CommonPrefixes>
</ListBucketResult>
`;

test("reads a listing: keys decoded, entries in order, quotes around every ETag", () => {
  expect(decodeListPage(listing, "s3://bucket")).toEqual({
    next: "a&b",
    entries: [
      { kind: "object", key: "a", size: 0, etag: '"plain"' },
      { kind: "prefix", key: "ab/" },
      { kind: "object", key: "b+c d/ü", size: 12, etag: '"e"', modified: 1_596_837_600_123_000_000n },
    ],
  });
});

test("refuses a listing that is cut off anywhere, and never gives out a part of it", () => {
  let refused = 0;
  for (let end = 0; end < listing.trimEnd().length; end++) {
    expect(() => decodeListPage(listing.slice(0, end), "s3://bucket")).toThrow(
      expect.objectContaining({ code: "format", key: "s3://bucket" }),
    );
    refused += 1;
  }
  console.log(`${refused} truncated listings were refused`);
});

test("a flipped character gives a listing or a typed error", () => {
  fc.assert(
    fc.property(fc.nat(listing.length - 1), fc.constantFrom("<", ">", "&", ";", "/", "\0", "\u{1f321}", '"', "]"), (at, character) => {
      try {
        decodeListPage(listing.slice(0, at) + character + listing.slice(at + 1), "x");
      } catch (error) {
        expect(error).toMatchObject({ code: "format", key: "x" });
      }
    }),
    { numRuns: 2000 },
  );
  console.log("2000 damaged listings were read or refused");
});

test.each([
  ["a document type", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'],
  ["an entity that is not XML's", "<x>&nbsp;</x>"],
  ["an entity of a bomb", "<x>&lol9;</x>"],
  ["a character past Unicode", "<x>&#x110000;</x>"],
  ["an entity without end", "<x>a & b</x>"],
  ["CDATA", "<x><![CDATA[a]]></x>"],
  ["an instruction", '<x><?xml-stylesheet href="http://evil"?></x>'],
  ["crossed tags", "<x><a><b></a></b></x>"],
  ["two roots", "<x/><y/>"],
  ["text behind the root", "<x></x>more"],
  ["nothing", ""],
  ["a page of a proxy", "<!doctype html><html><body>Bad gateway</body></html>"],
  ["seventeen levels", "<x>".repeat(17) + "</x>".repeat(17)],
  ["an attribute without quotes", "<x a=b></x>"],
])("refuses %s", (_, text) => {
  expect(() => parseXml(text, "s3://bucket")).toThrow(
    expect.objectContaining({ code: "format", key: "s3://bucket", offset: expect.any(Number) }),
  );
});

test("a million levels, entities or attributes take no more time than their length", () => {
  const started = performance.now();
  for (const text of [
    "<x>".repeat(1e6),
    `<x>${"&amp;".repeat(1e6)}`,
    `<x ${'a="" '.repeat(1e5)}`,
    `<x ${" ".repeat(1e6)}`,
    "<!--".repeat(1e5),
    `<x>${"<!-- -->".repeat(1e5)}`,
  ]) {
    expect(() => parseXml(text, "x")).toThrow(expect.objectContaining({ code: "format" }));
  }
  expect(performance.now() - started).toBeLessThan(2000);
});

test("names such as __proto__ stay data", () => {
  const root = parseXml("<x><__proto__><polluted>yes</polluted></__proto__></x>", "x");
  expect(childOf(childOf(root, "__proto__"), "polluted")?.text).toBe("yes");
  expect("polluted" in {}).toBe(false);
});

test("refuses listings without sizes, names, or a place to go on", () => {
  for (const body of [
    "<Contents><Key>a</Key></Contents>",
    "<Contents><Key>a</Key><Size>-1</Size></Contents>",
    "<Contents><Key>a</Key><Size>9999999999999999</Size></Contents>",
    "<Contents><Size>1</Size></Contents>",
    "<CommonPrefixes/>",
    "<IsTruncated>true</IsTruncated>",
    "<EncodingType>url</EncodingType><Contents><Key>%zz</Key><Size>1</Size></Contents>",
  ]) {
    expect(() => decodeListPage(`<ListBucketResult>${body}</ListBucketResult>`, "x")).toThrow(expect.objectContaining({ code: "format" }));
  }
  expect(() => decodeListPage("<Error/>", "x")).toThrow(/<Error>/);
});

test("reads what another library writes as another library reads it", () => {
  const builder = new XMLBuilder({ preserveOrder: true });
  const parser = new XMLParser({ preserveOrder: true, trimValues: false, parseTagValue: false, htmlEntities: false });
  type Node = { readonly [name: string]: unknown };
  // Line breaks but "\n" are changed by XML itself, and other control characters it can't hold.
  const text = fc.string({ unit: "binary" }).map((value) => value.replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, ""));
  const name = fc.constantFrom("Key", "Size", "Contents", "Prefix", "ETag");
  const { node } = fc.letrec<{ node: Node }>((tie) => ({
    node: fc
      .tuple(
        name,
        fc.oneof(
          { maxDepth: 4 },
          text.map((value) => (value === "" ? [] : [{ "#text": value }])),
          fc.array(tie("node"), { maxLength: 4 }),
        ),
      )
      .map(([key, children]) => ({ [key]: children })),
  }));
  let documents = 0;
  fc.assert(
    fc.property(node, (root) => {
      const xml = builder.build([root]);
      expect(shape(parseXml(xml, "x"))).toEqual(parser.parse(xml)[0]);
      documents += 1;
    }),
    { numRuns: 500 },
  );
  console.log(`${documents} documents read as fast-xml-parser reads them`);
});

function shape({ name, text, children }: Element): object {
  return { [name]: children.length > 0 ? children.map(shape) : text === "" ? [] : [{ "#text": text }] };
}
