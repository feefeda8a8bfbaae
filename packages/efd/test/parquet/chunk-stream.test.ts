import fc from "fast-check";
import { expect, test } from "vitest";
import { Buffers } from "../../src/parquet/bytes/buffers.js";
import { ChunkStream, type Fetch } from "../../src/parquet/bytes/chunk-stream.js";

const content = Uint8Array.from({ length: 5000 }, (_, index) => (index * 7 + (index >> 8)) & 255);

/** Up to `count` bytes of the content. */
function expectBytes(bytes: Uint8Array, start: number, count: number): void {
  expect(Buffer.compare(bytes, content.subarray(start).subarray(0, count))).toBe(0);
}

/** Counts what is allocated, and spoils what is given back. */
class Noted extends Buffers {
  readonly seen = new Set<ArrayBuffer>();

  override take(bytes: number): Uint8Array<ArrayBuffer> {
    const buffer = super.take(bytes);
    this.seen.add(buffer.buffer);
    return buffer;
  }

  override give(buffer: Uint8Array<ArrayBuffer>): void {
    buffer.fill(0xee);
    super.give(buffer);
  }
}

test("keeps what was looked at until it is done with, and reads on into the same memory", async () => {
  const runs = await fc.check(
    fc.asyncProperty(
      fc.nat({ max: 2000 }),
      fc.integer({ min: 1, max: 900 }),
      fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.nat({ max: 1500 })), { maxLength: 12 }),
      fc.boolean(),
      async (start, segment, pages, reuses) => {
        const buffers = reuses ? new Noted() : undefined;
        const fetch: Fetch = async (range, target) => {
          await Promise.resolve();
          const bytes = content.subarray(range.start, range.end);
          target?.set(bytes);
          return target ?? bytes;
        };
        const stream = new ChunkStream({ start, end: content.length }, fetch, segment, buffers);
        stream.prefetch();
        for (const [header, body] of pages) {
          stream.recycle();
          expectBytes(stream.peek(header) ?? (await stream.fill(header)), stream.position, header);
          stream.skip(Math.min(header, stream.left));
          const at = stream.position;
          const seen = stream.peek(body) ?? (await stream.fill(body));
          stream.skip(seen.length);
          expectBytes(seen, at, body);
        }
        // Beside what a page spans, one is read from and one is on its way.
        const longest = Math.ceil(1540 / segment) + 3;
        expect(buffers?.seen.size ?? 0).toBeLessThanOrEqual(longest * 2);
      },
    ),
    { numRuns: 500 },
  );
  console.log(`parquet segments: ${runs.numRuns} cases`);
  expect(runs.failed, fc.defaultReportMessage(runs)).toBe(false);
});
