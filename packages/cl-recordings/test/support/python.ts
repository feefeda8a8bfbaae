import { Bin, Complex, Dict, decode, type Exact, Float, Int, List, NdArray, Str, type Value } from "@sonde/msgpack-numpy";
import type { PickleNode } from "../../src/pickle/node.js";
import { pickleValue } from "../../src/pickle/value.js";
import { pythonFloat } from "./tree.js";

/** `repr` of what Python's msgpack with msgpack-numpy reads of these bytes. */
export function entryRepr(bytes: Uint8Array): string {
  return repr(decode(bytes, { exact: true }), decode(bytes));
}

function repr(exact: Exact, value: Value): string {
  if (exact === null) return "None";
  if (typeof exact === "boolean") return exact ? "True" : "False";
  if (exact instanceof Int) return String(exact.value);
  if (exact instanceof Float) return pythonFloat(exact.value);
  if (exact instanceof Str) return textRepr(exact.text);
  if (exact instanceof Bin) return bytesRepr(exact.bytes);
  if (exact instanceof List) return `[${exact.items.map((item, k) => repr(item, (value as Value[])[k]!)).join(", ")}]`;
  if (value instanceof NdArray) return arrayRepr(value);
  if (!(exact instanceof Dict)) throw new Error("extensions are not written");
  const type = exact.entries.find(([key]) => key instanceof Bin && new TextDecoder().decode(key.bytes) === "type")?.[1];
  if (type instanceof Str) return scalarRepr(type.text.replace(/^[<>|=]/, ""), value);
  const items = exact.entries.map(([key, item]) => {
    const name = key instanceof Str ? key.text : undefined;
    if (name === undefined) throw new Error("keys are text in the expected files");
    return `${repr(key, name)}: ${repr(item, (value as { [key: string]: Value })[name]!)}`;
  });
  return `{${items.join(", ")}}`;
}

const scalarNames: { [code: string]: string } = {
  f4: "float32",
  f8: "float64",
  i4: "int32",
  i8: "int64",
  c8: "complex64",
  c16: "complex128",
};

/** numpy 2's. */
function scalarRepr(code: string, value: Value): string {
  if (code === "b1") return value === true ? "np.True_" : "np.False_";
  const text =
    value instanceof Complex
      ? value.toString().replace(/^\((.*)\)$/, "$1")
      : code.startsWith("f")
        ? pythonFloat(Number(value))
        : String(value);
  return `np.${scalarNames[code]}(${text})`;
}

/** `repr` of an array: as it prints, with commas, and its type where that does not show. */
function arrayRepr(array: NdArray): string {
  const body = String(array)
    .split("\n")
    .map((line, index) => (index === 0 ? line : `      ${line}`))
    .join("\n")
    .replace(/(?<=[^\s[(,]) +(?=[^\s])(?![^(]*\))/g, (space) => `,${space}`)
    .replace(/\](?=\n)/g, "],");
  const plain = ["<f8", "<i8", "|b1", "<c16"].includes(array.dtype);
  if (plain) return `array(${body})`;
  const type = array.dtype.startsWith("[")
    ? array.dtype.replace(/\|S/g, "S")
    : (scalarNames[array.dtype.slice(1)] ?? { u8: "uint64" }[array.dtype.slice(1)]);
  const last = body.split("\n").at(-1)!;
  const shown = `dtype=${type}`;
  const fits = body.includes("\n") ? last.length + shown.length + 3 <= 75 : `array(${last}`.length + shown.length + 3 <= 75;
  return fits ? `array(${body}, ${shown})` : `array(${body},\n      ${shown})`;
}

export function textRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll(quote, `\\${quote}`);
  return quote + escaped + quote;
}

export function bytesRepr(bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => {
    if (byte === 0x0a) return "\\n";
    if (byte === 0x5c) return "\\\\";
    return byte < 0x20 || byte > 0x7e ? `\\x${byte.toString(16).padStart(2, "0")}` : String.fromCharCode(byte);
  }).join("");
  return `b'${text}'`;
}

/** `repr` of what Python's pickle reads; `numpy` is its major version. */
export function pickleRepr(node: PickleNode, numpy: 1 | 2): string {
  const inner = (item: PickleNode) => pickleRepr(item, numpy);
  switch (node.kind) {
    case "none":
      return "None";
    case "bool":
      return node.value ? "True" : "False";
    case "int":
      return String(node.value);
    case "float":
      return pythonFloat(node.value);
    case "text":
      return textRepr(node.value);
    case "bytes":
      return bytesRepr(node.value);
    case "list":
      return `[${node.items.map(inner).join(", ")}]`;
    case "tuple":
      return `(${node.items.map(inner).join(", ")}${node.items.length === 1 ? "," : ""})`;
    case "set":
      return `{${node.items.map(inner).join(", ")}}`;
    case "dict":
      return `{${node.entries.map(([key, value]) => `${inner(key)}: ${inner(value)}`).join(", ")}}`;
    case "numpy-scalar": {
      const text = scalarRepr(node.dtype.code, pickleValue(node) as Value);
      return numpy === 2
        ? text
        : text
            .replace("np.True_", "True")
            .replace(/^np\.complex\d+(.*)$/, "$1")
            .replace(/^np\.\w+\((.*)\)$/, "$1");
    }
    case "numpy-array": {
      const value = pickleValue(node);
      return value instanceof NdArray ? arrayRepr(value) : String(value);
    }
    default:
      throw new Error(`${node.kind} is no value`);
  }
}
