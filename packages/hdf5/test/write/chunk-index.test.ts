import fc from "fast-check";
import { expect, it } from "vitest";
import { ChunkIndex } from "../../src/write/chunk-index.js";
import { FileSpace } from "../../src/write/file-space.js";
import { memorySink } from "../../src/write/index.js";

const rows = 7;
const rank = 2;
const undefinedAddress = 2n ** 64n - 1n;

/** Chunks' addresses from the tree at `root`, in order; fails where keys or siblings are not as the format wants them. */
function walk(bytes: Uint8Array, root: number): bigint[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const chunks: bigint[] = [];
  let level = [BigInt(root)];
  while (level.length > 0) {
    const below: bigint[] = [];
    const depth = view.getUint8(Number(level[0]) + 5);
    for (const [index, address] of level.entries()) {
      const at = Number(address);
      expect(new TextDecoder().decode(bytes.subarray(at, at + 4))).toBe("TREE");
      expect([view.getUint8(at + 4), view.getUint8(at + 5)]).toEqual([1, depth]);
      expect(view.getBigUint64(at + 8, true)).toBe(level[index - 1] ?? undefinedAddress);
      expect(view.getBigUint64(at + 16, true)).toBe(level[index + 1] ?? undefinedAddress);
      const count = view.getUint16(at + 6, true);
      for (let child = 0; child <= count; child++) {
        const key = at + 24 + child * (16 + 8 * rank + 8);
        const chunk = (index * 64 + child) * 64 ** depth;
        expect([view.getUint32(key, true), view.getUint32(key + 4, true)]).toEqual([1000, 0]);
        expect(view.getBigUint64(key + 8, true)).toBe(BigInt(chunk * rows));
        expect([view.getBigUint64(key + 16, true), view.getBigUint64(key + 24, true)]).toEqual([0n, 0n]);
        if (child < count) below.push(view.getBigUint64(key + 16 + 8 * rank, true));
      }
    }
    if (depth === 0) chunks.push(...below);
    level = depth === 0 ? [] : below;
  }
  return chunks;
}

it("leads to every chunk in order, with the keys and siblings of the format, whenever it is flushed", async () => {
  let cases = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(fc.nat(3), fc.integer({ min: 50, max: 80 }), fc.integer({ min: 0, max: 5000 })), { minLength: 1, maxLength: 6 }),
      async (steps) => {
        const sink = memorySink();
        const space = new FileSpace(sink, 0);
        const index = new ChunkIndex(space, { rows, rank, bytes: 1000 });
        const given: bigint[] = [];
        for (const step of steps) {
          for (let chunk = 0; chunk < step; chunk++) {
            index.add(1_000_000 + given.length);
            given.push(BigInt(1_000_000 + given.length));
          }
          for (const { position, bytes } of index.prepare()) space.write(position, bytes);
          expect(index.chunks).toBe(given.length);
          if (index.root === undefined) expect(given).toEqual([]);
          else expect(walk(sink.bytes(), index.root)).toEqual(given);
        }
        cases++;
      },
    ),
    { numRuns: 25, examples: [[[64]], [[64, 1]], [[4096, 1]], [[63, 1, 1, 4031, 1]], [[1, 4200]]] },
  );
  console.log(`${cases} trees of chunks`);
}, 120_000);
