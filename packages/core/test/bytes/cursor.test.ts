import fc from "fast-check";
import { expect, test } from "vitest";
import { type Cursor, cursorOver, isSondeError } from "../../src/bytes/index.js";

/** One of each field, and how many bytes it takes. */
const fields: readonly (readonly [bytes: number, read: (cursor: Cursor) => unknown])[] = [
  [1, (cursor) => cursor.u8()],
  [2, (cursor) => cursor.u16()],
  [4, (cursor) => cursor.u32()],
  [8, (cursor) => cursor.u64()],
  [1, (cursor) => cursor.i8()],
  [2, (cursor) => cursor.i16()],
  [4, (cursor) => cursor.i32()],
  [8, (cursor) => cursor.i64()],
  [4, (cursor) => cursor.f32()],
  [8, (cursor) => cursor.f64()],
  [3, (cursor) => cursor.uint(3)],
  [6, (cursor) => cursor.bytes(6n)],
  [5, (cursor) => cursor.text(5)],
  [2, (cursor) => cursor.skip(2)],
  [4, (cursor) => cursor.take(4).u32()],
];
const total = fields.reduce((sum, [bytes]) => sum + bytes, 0);

test("stops with format at the field that a truncation cut, at every length", () => {
  const whole = new Uint8Array(total).fill(0x41);
  for (let length = 0; length < total; length++) {
    const cursor = cursorOver(whole.subarray(0, length), { key: "camera/3.dp", offset: 1000 });
    let complete = 0;
    try {
      for (const [bytes, read] of fields) {
        read(cursor);
        complete += bytes;
      }
      expect.unreachable();
    } catch (error) {
      expect(isSondeError(error, "format") && error).toMatchObject({ key: "camera/3.dp", offset: 1000 + complete });
      expect(String(error)).toContain("camera/3.dp");
    }
    expect(cursor.position).toBe(complete);
    expect(cursor.remaining).toBe(length - complete);
  }
  console.log(`cursor: ${total} truncations`);
  const cursor = cursorOver(whole);
  for (const [, read] of fields) read(cursor);
  expect(cursor.remaining).toBe(0);
});

test("reads what a DataView holds, in either order, inside a larger buffer", () => {
  const runs = fc.check(
    fc.property(fc.uint8Array({ minLength: 48, maxLength: 48 }), fc.boolean(), fc.nat({ max: 7 }), (bytes, little, shift) => {
      const buffer = new Uint8Array(64);
      buffer.set(bytes, shift);
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const cursor = cursorOver(buffer.subarray(shift, shift + 48), { endian: little ? "little" : "big" });
      expect(cursor.u8()).toBe(view.getUint8(0));
      expect(cursor.u16()).toBe(view.getUint16(1, little));
      expect(cursor.u32()).toBe(view.getUint32(3, little));
      expect(cursor.u64()).toBe(view.getBigUint64(7, little));
      expect(cursor.i8()).toBe(view.getInt8(15));
      expect(cursor.i16()).toBe(view.getInt16(16, little));
      expect(cursor.i32()).toBe(view.getInt32(18, little));
      expect(cursor.i64()).toBe(view.getBigInt64(22, little));
      expect(cursor.f32()).toBe(view.getFloat32(30, little));
      expect(cursor.f64()).toBe(view.getFloat64(34, little));
      expect(cursor.bytes(6)).toEqual(bytes.slice(42));
    }),
  );
  console.log(`cursor: ${runs.numRuns} cases`);
  expect(runs.failed, fc.defaultReportMessage(runs)).toBe(false);
});

test("reads integers of any width as numbers and refuses those that a number can't hold", () => {
  const bytes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const view = new DataView(bytes.buffer);
  expect(cursorOver(bytes).uint(3)).toBe(0x030201);
  expect(cursorOver(bytes, { endian: "big" }).uint(3)).toBe(0x010203);
  expect(cursorOver(bytes.subarray(0, 6)).uint(6)).toBe(0x060504030201);
  const cursor = cursorOver(bytes, { offset: 5 });
  expect(() => cursor.uint(8)).toThrow(/past 2\^53 .* at byte 5/);
  expect(cursor.position).toBe(0);
  view.setBigUint64(0, 2n ** 53n - 1n);
  expect(cursorOver(bytes, { endian: "big" }).uint(8)).toBe(Number.MAX_SAFE_INTEGER);
  view.setBigUint64(0, 2n ** 53n);
  expect(() => cursorOver(bytes, { endian: "big" }).uint(8)).toThrow(/2\^53/);
  for (const width of [0, 9, -1, 1.5, Number.NaN]) expect(() => cursorOver(bytes).uint(width)).toThrow(/an integer of/);
});

test("takes absurd lengths and jumps as damage without moving", () => {
  const cursor = cursorOver(new Uint8Array(10));
  for (const length of [11, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2n ** 64n, -1n, 2 ** 53]) {
    for (const step of [
      () => cursor.bytes(length),
      () => cursor.skip(length),
      () => cursor.text(length),
      () => cursor.take(length),
      () => cursor.seek(length),
    ]) {
      expect(step).toThrow(expect.objectContaining({ code: "format", offset: 0 }));
    }
  }
  expect(cursor.position).toBe(0);
  cursor.seek(10);
  expect([cursor.remaining, cursor.bytes(0).length]).toEqual([0, 0]);
});

test("tells the offsets of the file in a part of it", () => {
  const cursor = cursorOver(new Uint8Array(10), { offset: 100, key: "k" });
  cursor.skip(4);
  const part = cursor.take(3);
  part.skip(2);
  expect([part.offset, cursor.offset]).toEqual([106, 107]);
  expect(() => part.u16()).toThrow(expect.objectContaining({ offset: 106, key: "k" }));
});

test("refuses text that is no UTF-8 instead of replacing it, and keeps a byte order mark", () => {
  expect(() => cursorOver(Uint8Array.of(0x61, 0xff)).text(2)).toThrow(/not UTF-8 at byte 0/);
  const text = "\ufeffµV \0";
  const bytes = new TextEncoder().encode(text);
  expect(cursorOver(bytes).text(bytes.length)).toBe(text);
});
