import fc from "fast-check";
import { expect, test } from "vitest";
import { encodeKey, encodeText } from "../src/key.js";
import { createSigner as createBrowserSigner } from "../src/signer.browser.js";
import { createSigner as createNodeSigner } from "../src/signer.node.js";
import { verify } from "../src/testing/signature.node.js";
import type { Outgoing } from "../src/transport.js";

const runs = 400;
const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const segment = text.filter((value) => value !== "." && value !== ".." && !value.includes("/"));
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/);
const question = fc.record({
  key: fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join("/")),
  query: fc.uniqueArray(fc.tuple(word, text), { maxLength: 4, selector: ([name]) => name }),
  headers: fc.dictionary(
    word.map((name) => `X-Amz-Meta-${name}`),
    fc.stringMatching(/^[!-~]( {0,3}[!-~]){0,8}$/),
    { maxKeys: 3 },
  ),
  body: fc.option(fc.uint8Array({ maxLength: 40 }), { nil: undefined }),
  sessionToken: fc.option(fc.base64String({ minLength: 4, maxLength: 16 }), { nil: undefined }),
  secretAccessKey: fc.stringMatching(/^[A-Za-z0-9/+]{1,40}$/),
  region: word,
});

test.each([
  ["Node", createNodeSigner()],
  ["browsers", createBrowserSigner()],
])("a server finds the signatures of %s right", async (_, sign) => {
  await fc.assert(
    fc.asyncProperty(question, async ({ key, query, headers, body, sessionToken, secretAccessKey, region }) => {
      const url = new URL(`http://127.0.0.1:9000/bucket/${encodeKey(key)}`);
      url.search = query.map(([name, value]) => `${name}=${encodeText(value)}`).join("&");
      const keys = { accessKeyId: "AKID", secretAccessKey, sessionToken };
      const outgoing: Outgoing = { method: body ? "PUT" : "GET", url, headers: { ...headers, range: "bytes=0-9" }, ...(body && { body }) };
      const signed = await sign(outgoing, keys, region);
      const sent = Object.fromEntries(new Headers(signed.headers));
      const request = { method: signed.method, path: url.pathname, query: url.search.slice(1), headers: { ...sent, host: url.host } };
      expect(verify(request, keys, region, Date.now())).toBeUndefined();
      expect(verify({ ...request, path: `${request.path}x` }, keys, region, Date.now())).toMatchObject({ code: "SignatureDoesNotMatch" });
    }),
    { numRuns: runs },
  );
  console.log(`${runs} signatures`);
});
