import { onTestFinished } from "vitest";
import { startS3 } from "../src/testing/index.js";
import { behaves } from "./behaviour.js";
import { bucketOf, oddKeys, server } from "./fixture.js";

behaves(
  "s3, against the server in this process",
  async () => {
    const shared = await server();
    const store = bucketOf(shared);
    const other = await startS3();
    onTestFinished(() => other.close());
    let count = 0;
    return {
      store,
      async filled(objects, pageSize) {
        const bucket = `filled-${count++}`;
        other.put(bucket, "x", "");
        other.delete(bucket, "x");
        for (const [key, text] of objects) other.put(bucket, key, text);
        return bucketOf(other, { bucket, pageSize });
      },
    };
  },
  { keys: oddKeys, alphabet: ["a", "b", "+", "=", " ", "ü", "\u{10ffff}", "\uffee", "/", "%2F", "&amp;", "0"], runs: 60, nests: true },
);
