import { expect, test } from "vitest";
import { bucketOf, bytesOf, oddKeys, refusal, server, textOf } from "./fixture.js";

test("keeps the bytes of objects whose keys hold +, =, spaces, Unicode and quotes, and lists them as they are", async () => {
  const s3 = await server();
  const bucket = bucketOf(s3, { pageSize: 3 });
  for (const key of oddKeys) await bucket.put(key, bytesOf(`bytes of ${key}`));
  for (const key of oddKeys) {
    expect(textOf((await bucket.get(key)).bytes)).toBe(`bytes of ${key}`);
    expect((await bucket.head(key)).size).toBe(bytesOf(`bytes of ${key}`).length);
  }
  const listed = [];
  for await (const entry of bucket.list()) listed.push(entry.key);
  expect(listed).toEqual([...oddKeys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
});

test("refuses keys that a URL would resolve into another bucket", async () => {
  const s3 = await server();
  for (const key of ["../other/secret", "a/../../other", "./a", "a/.", ""]) {
    expect(await refusal(bucketOf(s3).get(key))).toMatchObject({ code: "options", message: expect.stringContaining(JSON.stringify(key)) });
  }
  expect(s3.requests).toEqual([]);
});
