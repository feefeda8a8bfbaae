import { describe, expect, test } from "vitest";
import { fixture, using } from "./fixture.js";

describe("attributes", () => {
  test("carry bytes, and a value where there is a safe one", () =>
    using(fixture("attributes.h5"), async (file) => {
      const attributes = await file.attributes("/");
      const value = (name: string) => attributes.get(name)?.value;
      expect(value("text")).toBe("µV");
      expect(attributes.get("empty")).toMatchObject({ shape: null, value: null, bytes: new Uint8Array() });
      expect(value("number")).toBe(2n ** 60n);
      expect(value("real")).toBe(0.195);
      expect(attributes.get("yes")).toMatchObject({ type: { kind: "bitfield", bytes: 1 }, value: 1, shape: [] });
      expect(attributes.get("data")).toMatchObject({ type: { charset: "ascii" }, bytes: Uint8Array.of(0xff, 0xfe), value: "ÿþ" });
      expect(value("array")).toEqual(Int16Array.of(0, 1, 2));
      expect(value("texts")).toEqual(["a", "bc"]);
      expect(value("matrix")).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5));
      expect(attributes.get("matrix")?.shape).toEqual([2, 3]);
      expect(value("variable")).toBe("日本");
      expect(value("variables")).toEqual(["a", "é"]);
      expect(value("half")).toBe(0.5);
      expect(value("big")).toEqual(BigInt64Array.of(1n, 2n));
      expect(value("flag")).toBe(1);
      expect(value("__proto__")).toBe(1n);
    }));

  test("keep the bytes of pickles, which are Latin-1 in a field declared ASCII", () =>
    using(fixture("attributes.h5"), async (file) => {
      const pickled = (await file.attributes("/")).get("pickled");
      expect(pickled?.type).toMatchObject({ kind: "string", charset: "ascii", variable: false });
      expect(pickled?.bytes.includes(0xb5)).toBe(true);
      expect(pickled?.bytes.at(-1)).toBe(0x2e);
    }));

  test("say why one has no value, without hiding the others", () =>
    using(fixture("attributes.h5"), async (file) => {
      const attributes = await file.attributes("/");
      expect(attributes.get("ragged")?.error).toMatchObject({ code: "unsupported" });
      expect(attributes.get("pair")).toMatchObject({ type: { kind: "compound" }, value: undefined });
      expect(attributes.get("pair")?.bytes).toHaveLength(12);
      expect(attributes.get("not_utf8")).toMatchObject({ value: undefined, bytes: Uint8Array.of(0xe9) });
      expect(attributes.get("not_utf8")?.error).toBeUndefined();
    }));

  test("larger than the limit carry that as their error", () =>
    using(
      fixture("attributes.h5"),
      async (file) => {
        const attributes = await file.attributes("/");
        expect(attributes.get("pickled")?.error).toMatchObject({ code: "limit", option: "limits.maxAttributeBytes" });
        expect(attributes.get("real")?.value).toBe(0.195);
      },
      { limits: { maxAttributeBytes: 16 } },
    ));

  test("stored densely, outside the header, are read too", () =>
    using(fixture("many-attributes.h5"), async (file) => {
      const attributes = await file.attributes();
      expect(attributes.size).toBe(40);
      expect(attributes.get("a39")?.value).toBe(9.75);
    }));

  test("of datasets are asked of the dataset or by path", () =>
    using(fixture("attributes.h5"), async (file) => {
      const values = await file.dataset("values");
      expect((await values.attributes()).get("CLASS")?.value).toBe("ARRAY");
      expect([...(await file.attributes("values")).keys()]).toContain("CLASS");
    }));
});
