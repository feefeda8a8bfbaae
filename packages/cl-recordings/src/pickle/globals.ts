import { malformed, refused } from "./failure.js";
import type { PickleMachine } from "./machine.js";
import type { GlobalName, NumpyArray, NumpyArrayContent, NumpyDtype, PickleNode } from "./node.js";
import { fromLatin1 } from "./text.js";

/** The names that are forms of data in disguise. numpy 1 says `numpy.core`, numpy 2 `numpy._core`. */
const known = new Map<string, GlobalName>([
  ["_codecs.encode", "encode"],
  ["numpy.core.multiarray.scalar", "scalar"],
  ["numpy._core.multiarray.scalar", "scalar"],
  ["numpy.core.multiarray._reconstruct", "reconstruct"],
  ["numpy._core.multiarray._reconstruct", "reconstruct"],
  ["numpy.dtype", "dtype"],
  ["numpy.ndarray", "ndarray"],
  ["numpy.core.numeric._frombuffer", "frombuffer"],
  ["numpy._core.numeric._frombuffer", "frombuffer"],
  ["__builtin__.set", "set"],
  ["builtins.set", "set"],
  ["__builtin__.bytes", "bytes"],
  ["builtins.bytes", "bytes"],
  ["__builtin__.complex", "complex"],
  ["builtins.complex", "complex"],
]);

/** Numbers and text, and objects that are data themselves: no structures, no dates, no long double. */
const dtypeCode = /^(b1|[iu][1248]|f[248]|c8|c16|[SU][1-9]\d{0,5}|O8)$/;
const byteOrders = new Map<string, NumpyDtype["order"]>([
  ["<", "<"],
  [">", ">"],
  ["|", "|"],
]);

export function namedGlobal(module: string, name: string): PickleNode {
  const global = known.get(`${module}.${name}`);
  if (global === undefined) throw refused(`it names ${JSON.stringify(`${module}.${name}`.slice(0, 100))}, which is not data`);
  return { kind: "global", name: global };
}

/** Opcode `R`: the data that a call of one of the known names stands for. Nothing is called. */
export function reduce(callable: PickleNode, argument: PickleNode, machine: PickleMachine): PickleNode {
  if (callable.kind !== "global" || argument.kind !== "tuple") throw refused("it calls what is not one of the known forms of data");
  const [first, second, third] = argument.items;
  const count = argument.items.length;
  switch (callable.name) {
    case "encode": {
      if (count !== 2 || first?.kind !== "text" || second?.kind !== "text" || second.value !== "latin1") break;
      const bytes = rawBytes(first, machine);
      if (bytes === undefined) throw malformed("bytes with characters above U+00FF", machine.offset);
      return { kind: "bytes", value: bytes };
    }
    case "dtype": {
      if (first?.kind !== "text" || count > 3) break;
      if (!dtypeCode.test(first.value))
        throw refused(`numpy dtype ${JSON.stringify(first.value.slice(0, 40))} is neither a number nor text`);
      return { kind: "dtype", code: first.value, order: "|" };
    }
    case "scalar": {
      const bytes = second === undefined ? undefined : rawBytes(second, machine);
      if (count !== 2 || first?.kind !== "dtype" || first.code === "O8" || bytes === undefined) break;
      if (bytes.length !== itemSize(first)) throw malformed(`${bytes.length} bytes for a numpy ${first.code}`, machine.offset);
      return { kind: "numpy-scalar", dtype: first, bytes };
    }
    case "reconstruct": {
      if (count !== 3 || first?.kind !== "global" || first.name !== "ndarray" || second?.kind !== "tuple" || third === undefined) break;
      return { kind: "numpy-array", filled: undefined };
    }
    case "set": {
      if (count > 1 || (first !== undefined && first.kind !== "list" && first.kind !== "tuple")) break;
      machine.spend(8 * (first?.items.length ?? 0));
      return { kind: "set", items: first === undefined ? [] : [...first.items] };
    }
    case "bytes":
      if (count !== 0) break;
      return { kind: "bytes", value: new Uint8Array(0) };
    case "complex": {
      if (count !== 2 || first?.kind !== "float" || second?.kind !== "float") break;
      return { kind: "complex", re: first.value, im: second.value };
    }
    case "frombuffer": {
      const [, , shape, order] = argument.items;
      if (count !== 4 || first === undefined || second?.kind !== "dtype" || shape === undefined || order?.kind !== "text") break;
      return { kind: "numpy-array", filled: arrayContent(second, shape, order.value === "F", first, machine) };
    }
    case "ndarray":
      break;
  }
  throw refused(`its call of ${callable.name} has unknown arguments`);
}

/** Opcode `b`: the state of a dtype (its byte order) or of an array (shape and bytes). */
export function build(target: PickleNode, state: PickleNode, machine: PickleMachine): void {
  if (state.kind === "tuple" && target.kind === "dtype") buildDtype(target, state.items, machine.offset);
  else if (state.kind === "tuple" && target.kind === "numpy-array") buildArray(target, state.items, machine);
  else throw refused("it sets the state of an object");
}

/** In bytes. */
export function itemSize(dtype: NumpyDtype): number {
  return Number(dtype.code.slice(1)) * (dtype.code.startsWith("U") ? 4 : 1);
}

/** (version, byte order, subarray, names, fields, item size, alignment, flags…), numpy `arraydescr_reduce`. */
function buildDtype(dtype: NumpyDtype, state: readonly PickleNode[], offset: number): void {
  const [, order, subarray, names, fields] = state;
  const byteOrder = order?.kind === "text" ? byteOrders.get(order.value) : undefined;
  if (byteOrder === undefined) throw malformed("a numpy dtype without its byte order", offset);
  if (subarray?.kind !== "none" || names?.kind !== "none" || fields?.kind !== "none") throw refused("a structured numpy dtype");
  dtype.order = byteOrder;
}

/** (version, shape, dtype, Fortran order, bytes), numpy `array_reduce`. */
function buildArray(array: NumpyArray, state: readonly PickleNode[], machine: PickleMachine): void {
  const [version, shape, dtype, fortran, data] = state;
  if (
    state.length !== 5 ||
    version?.kind !== "int" ||
    shape === undefined ||
    dtype?.kind !== "dtype" ||
    fortran?.kind !== "bool" ||
    data === undefined
  ) {
    throw refused("a numpy array of an unknown form");
  }
  array.filled = arrayContent(dtype, shape, fortran.value, data, machine);
}

function arrayContent(dtype: NumpyDtype, shape: PickleNode, fortran: boolean, data: PickleNode, machine: PickleMachine): NumpyArrayContent {
  const sides =
    shape.kind === "tuple" ? shape.items.map((side) => (side.kind === "int" && side.value >= 0n ? Number(side.value) : Number.NaN)) : [];
  if (shape.kind !== "tuple" || sides.length > 32) throw malformed("a numpy array without its shape", machine.offset);
  // Not a number unless every side is one.
  const count = sides.reduce((product, side) => product * side, 1);
  if (dtype.code === "O8") {
    const flat = !fortran || sides.length < 2;
    if (data.kind !== "list" || data.items.length !== count || !flat) throw refused("a numpy array of objects of an unknown form");
    // Sides of no items are bounded by nothing else.
    if (count === 0 && sides.length > 1) throw refused("an empty numpy array of objects with several dimensions");
    return { shape: sides, items: data.items };
  }
  const bytes = rawBytes(data, machine);
  if (bytes === undefined) throw refused("a numpy array of Python objects");
  const size = count * itemSize(dtype);
  // An array without elements may have sides that nothing pays for.
  if (size !== bytes.length || (size === 0 && sides.some((side) => side > 4096))) {
    throw malformed(`a numpy array whose shape does not fit its ${bytes.length} bytes`, machine.offset);
  }
  return { dtype, shape: sides, fortran, bytes };
}

/** Python 2 and protocol 0 may hold bytes as text. */
function rawBytes(node: PickleNode, machine: PickleMachine): Uint8Array | undefined {
  if (node.kind === "bytes") return node.value;
  if (node.kind !== "text") return undefined;
  machine.spend(node.value.length);
  return fromLatin1(node.value);
}
