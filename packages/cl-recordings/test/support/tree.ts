import { Buffer } from "node:buffer";
import type { PickleNode } from "../../src/pickle/node.js";

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** `repr` of a Python float. */
export function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  if (Object.is(value, -0)) return "-0.0";
  const [mantissa = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (value !== 0 && (exponent >= 16 || exponent < -4)) {
    return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  const text = exponent < 0 ? value.toFixed(Math.max(1, mantissa.replace(/[-.]/g, "").length - 1 - exponent)) : String(value);
  return text.includes(".") ? text : `${text}.0`;
}

/** The tree that the generator of pickles.json writes of a value. */
export function treeOf(node: PickleNode): unknown {
  switch (node.kind) {
    case "none":
      return null;
    case "bool":
    case "text":
      return node.value;
    case "int":
      return { int: String(node.value) };
    case "float":
      return { float: pythonFloat(node.value) };
    case "complex":
      return { complex: [pythonFloat(node.re), pythonFloat(node.im)] };
    case "bytes":
      return { bytes: base64(node.value) };
    case "list":
    case "tuple":
    case "set":
      return { [node.kind]: node.items.map(treeOf) };
    case "dict":
      return { dict: node.entries.map(([key, value]) => [treeOf(key), treeOf(value)]) };
    case "numpy-scalar":
      return { scalar: node.dtype.order + node.dtype.code, bytes: base64(node.bytes) };
    case "numpy-array": {
      const { filled } = node;
      if (filled === undefined || "items" in filled) return { objects: filled?.items.map(treeOf) };
      return { array: filled.dtype.order + filled.dtype.code, shape: filled.shape, bytes: base64(filled.bytes) };
    }
    default:
      throw new Error(`${node.kind} is no value`);
  }
}
