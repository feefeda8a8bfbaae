import { closeSync, openSync, writeSync } from "node:fs";
import { array, attribute, compound, createHdf5, float, int, string, uint } from "@sonde/hdf5/write";
import { number } from "../lib/exact.mjs";

/** Writes a file of every type and layout, and says what it holds, bytes in little-endian order. */
export async function writeOurs(path) {
  const descriptor = openSync(path, "w");
  const file = createHdf5({
    write(position, bytes) {
      writeSync(descriptor, bytes, 0, bytes.length, position);
    },
    close: () => closeSync(descriptor),
  });
  const datasets = [];
  const attributes = [];
  const random = generator(7);

  const types = {
    ...Object.fromEntries(
      [1, 2, 4, 8].flatMap((size) => [
        [`i${size}`, int(size)],
        [`u${size}`, uint(size)],
      ]),
    ),
    ...{ f4: float(4), f8: float(8) },
    ...Object.fromEntries(
      [2, 4, 8].flatMap((size) => [
        [`big i${size}`, int(size, { bigEndian: true })],
        [`big u${size}`, uint(size, { bigEndian: true })],
      ]),
    ),
    ...{ "big f4": float(4, { bigEndian: true }), "big f8": float(8, { bigEndian: true }) },
  };
  for (const [name, type] of Object.entries(types)) {
    const dtype = name.replace("big ", "");
    const swap = name.startsWith("big ");
    const node = name.replace(" ", "_");
    const note = (where, shape, bytes) => {
      const code = `${type.size === 1 ? "|" : "<"}${dtype}`;
      datasets.push({ path: where, shape, type: code, names: null, bytes: swap ? swapped(bytes, type.size) : bytes });
    };
    for (const [label, shape] of Object.entries({ vector: [1000], matrix: [30, 7], cube: [4, 3, 5] })) {
      const bytes = random(type.size * product(shape));
      file.dataset(`/pieces/${node}_${label}`, { type, shape }).append(bytes);
      note(`/pieces/${node}_${label}`, shape, bytes);
    }
    const chunked = file.dataset(`/chunks/${node}`, { type, shape: [0, 6], maxShape: [null, 6], chunks: [64, 6] });
    const bytes = random(type.size * 6 * 700);
    for (let row = 0; row < 700; row += 35) {
      await chunked.append(bytes.subarray(row * type.size * 6, (row + 35) * type.size * 6));
      if (row % 140 === 0) await file.flush();
    }
    note(`/chunks/${node}`, [700, 6], bytes);
    file.dataset(`/empty/${node}`, { type, shape: [0, 6], maxShape: [null, 6], chunks: [64, 6] });
    note(`/empty/${node}`, [0, 6], new Uint8Array(0));
  }

  const row = compound([
    { name: "timestamp", type: int(8) },
    { name: "channel", type: uint(1) },
    { name: "samples", type: array(float(4), [75]) },
    { name: "name", type: string(6, "ascii") },
  ]);
  const rows = random(row.size * 5000);
  // Text holds no bytes after its end.
  for (let k = 0; k < 5000; k++) rows.set(new TextEncoder().encode("abcdef".slice(0, k % 7).padEnd(6, "\0")), k * row.size + row.size - 6);
  file.dataset("/tables/rows", { type: row, shape: [0], maxShape: [null], chunks: [512] }).append(rows);
  datasets.push({ path: "/tables/rows", shape: [5000], type: "record", names: ["timestamp", "channel", "samples", "name"], bytes: rows });
  for (let k = 0; k < 200; k++) file.group(`/many/group_${k}`);

  const set = (where, name, value, expected) => {
    file.setAttribute(where, name, value);
    attributes.push({ path: where, name, value: expected });
  };
  for (const where of ["/", "/chunks", "/tables/rows", "/many/group_7"]) {
    set(where, "text", attribute.text("µV 神経 \u{1f9e0}"), "µV 神経 \u{1f9e0}");
    set(where, "no_text", attribute.text(""), null);
    set(where, "integer", attribute.int64(-(2n ** 63n)), number(-(2n ** 63n)));
    set(where, "unsigned", attribute.uint64(2n ** 64n - 1n), number(2n ** 64n - 1n));
    set(where, "float", attribute.float64(0.1), number(0.1));
    set(where, "single", attribute.float32(0.5), number(0.5));
    set(where, "byte", attribute.uint8(255), number(255));
    set(where, "vector", attribute.int32([1, -2, 3]), [1, -2, 3].map(number));
    set(where, "replaced", attribute.int64(1), number(2));
    file.setAttribute(where, "replaced", attribute.int64(2));
  }
  await file.close();
  return { datasets, attributes };
}

const product = (shape) => shape.reduce((all, side) => all * side, 1);

function swapped(bytes, size) {
  const result = bytes.slice();
  for (let at = 0; at < result.length; at += size) result.subarray(at, at + size).reverse();
  return result;
}

/** Bytes that are the same in every run (a 32-bit xorshift). */
function generator(state) {
  return (count) => {
    const bytes = new Uint8Array(count);
    for (let k = 0; k < count; k++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      bytes[k] = state & 0xff;
    }
    return bytes;
  };
}
