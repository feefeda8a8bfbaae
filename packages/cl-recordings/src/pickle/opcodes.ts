import type { PickleCursor } from "./cursor.js";
import { excessive, malformed, refused } from "./failure.js";
import { build, namedGlobal, reduce } from "./globals.js";
import type { PickleMachine } from "./machine.js";
import type { PickleNode } from "./node.js";
import { floatingPoint, littleEndianInteger, wholeNumber } from "./number.js";
import { latin1, quoted, rawUnicodeEscape, utf8 } from "./text.js";

type Opcode = (machine: PickleMachine, operands: PickleCursor) => void;
const none: PickleNode = { kind: "none" };
const bool = (value: boolean): PickleNode => ({ kind: "bool", value });
const int = (value: bigint): PickleNode => ({ kind: "int", value });
const text = (value: string): PickleNode => ({ kind: "text", value });
// A copy: what is kept must not hold the file's buffer.
const bytes = (value: Uint8Array): PickleNode => ({ kind: "bytes", value: value.slice() });
const sequence = (kind: "list" | "tuple" | "set", items: PickleNode[]): PickleNode => ({ kind, items });

/** Opcodes of protocols 0 to 5 that build data (Python's pickletools.py); every other one is refused. */
export const opcodes: ReadonlyMap<number, Opcode> = new Map<number, Opcode>([
  // Protocol 0: operands are lines of ASCII.
  [code("("), (machine) => machine.mark()],
  [code("0"), (machine) => machine.discard()],
  [code("1"), (machine) => void machine.popToMark()],
  [code("2"), (machine) => machine.push(machine.top())],
  [code("N"), (machine) => machine.push(none)],
  [code("I"), (machine, operands) => machine.push(intOrBool(operands.word(), machine.offset))],
  [code("L"), (machine, operands) => machine.push(int(wholeNumber(operands.word().replace(/L$/, ""), machine.offset)))],
  [code("F"), (machine, operands) => machine.push({ kind: "float", value: floatingPoint(operands.word(), machine.offset) })],
  [code("V"), (machine, operands) => machine.push(text(rawUnicodeEscape(operands.line(), machine.offset)))],
  [code("S"), (machine, operands) => machine.push(text(quoted(latin1(operands.line()), machine.offset)))],
  [code("p"), (machine, operands) => machine.remember(memoIndex(operands.word(), machine.offset))],
  [code("g"), (machine, operands) => machine.recall(memoIndex(operands.word(), machine.offset))],
  [code("d"), (machine) => machine.push({ kind: "dict", entries: pairs(machine.popToMark(), machine.offset) })],
  [code("l"), (machine) => machine.push(sequence("list", machine.popToMark()))],
  [code("t"), (machine) => machine.push(sequence("tuple", machine.popToMark()))],
  [code("a"), (machine) => append(machine, [machine.pop()], "list")],
  [code("s"), (machine) => setItems(machine, [machine.pop(), machine.pop()].reverse())],
  [code("c"), (machine, operands) => machine.push(namedGlobal(operands.word(), operands.word()))],
  [
    code("R"),
    (machine) => {
      const argument = machine.pop();
      machine.push(reduce(machine.pop(), argument, machine));
    },
  ],
  [
    code("b"),
    (machine) => {
      const state = machine.pop();
      build(machine.top(), state, machine);
    },
  ],
  // Protocols 1 to 5: operands are binary.
  [0x80, (machine, operands) => protocol(operands.uint8(), machine.offset)],
  [0x95, (_machine, operands) => void operands.length64()],
  [code("]"), (machine) => machine.push(sequence("list", []))],
  [code("}"), (machine) => machine.push({ kind: "dict", entries: [] })],
  [code(")"), (machine) => machine.push(sequence("tuple", []))],
  [0x8f, (machine) => machine.push(sequence("set", []))],
  [0x85, (machine) => machine.push(sequence("tuple", [machine.pop()]))],
  [0x86, (machine) => machine.push(sequence("tuple", [machine.pop(), machine.pop()].reverse()))],
  [0x87, (machine) => machine.push(sequence("tuple", [machine.pop(), machine.pop(), machine.pop()].reverse()))],
  [code("e"), (machine) => append(machine, machine.popToMark(), "list")],
  [0x90, (machine) => append(machine, machine.popToMark(), "set")],
  [0x91, (machine) => machine.push(sequence("set", machine.popToMark()))],
  [code("u"), (machine) => setItems(machine, machine.popToMark())],
  [0x88, (machine) => machine.push(bool(true))],
  [0x89, (machine) => machine.push(bool(false))],
  [code("K"), (machine, operands) => machine.push(int(BigInt(operands.uint8())))],
  [code("M"), (machine, operands) => machine.push(int(BigInt(operands.uint16())))],
  [code("J"), (machine, operands) => machine.push(int(BigInt(operands.int32())))],
  [0x8a, (machine, operands) => machine.push(int(littleEndianInteger(operands.take(operands.uint8()))))],
  [0x8b, (machine, operands) => machine.push(int(littleEndianInteger(operands.take(operands.uint32()))))],
  [code("G"), (machine, operands) => machine.push({ kind: "float", value: operands.float64() })],
  [0x8c, (machine, operands) => machine.push(text(utf8(operands.take(operands.uint8()), machine.offset)))],
  [code("X"), (machine, operands) => machine.push(text(utf8(operands.take(operands.uint32()), machine.offset)))],
  [0x8d, (machine, operands) => machine.push(text(utf8(operands.take(operands.length64()), machine.offset)))],
  [code("U"), (machine, operands) => machine.push(text(latin1(operands.take(operands.uint8()))))],
  [code("T"), (machine, operands) => machine.push(text(latin1(operands.take(operands.uint32()))))],
  [code("C"), (machine, operands) => machine.push(bytes(operands.take(operands.uint8())))],
  [code("B"), (machine, operands) => machine.push(bytes(operands.take(operands.uint32())))],
  [0x8e, (machine, operands) => machine.push(bytes(operands.take(operands.length64())))],
  [0x96, (machine, operands) => machine.push(bytes(operands.take(operands.length64())))],
  [code("q"), (machine, operands) => machine.remember(operands.uint8())],
  [code("r"), (machine, operands) => machine.remember(operands.uint32())],
  [0x94, (machine) => machine.memoize()],
  [code("h"), (machine, operands) => machine.recall(operands.uint8())],
  [code("j"), (machine, operands) => machine.recall(operands.uint32())],
  [
    0x93,
    (machine) => {
      const [name, module] = [machine.pop(), machine.pop()];
      if (name.kind !== "text" || module.kind !== "text") throw malformed("a global that is not named by text", machine.offset);
      machine.push(namedGlobal(module.value, name.value));
    },
  ],
]);

/** Opcodes that exist and build what is not data. An unknown byte, in contrast, means that this is no pickle. */
export const refusedOpcodes: ReadonlyMap<number, string> = new Map([
  [code("i"), "INST makes an object"],
  [code("o"), "OBJ makes an object"],
  [0x81, "NEWOBJ makes an object"],
  [0x92, "NEWOBJ_EX makes an object"],
  [code("P"), "PERSID asks for a foreign object"],
  [code("Q"), "BINPERSID asks for a foreign object"],
  [0x82, "EXT1 names a registered class"],
  [0x83, "EXT2 names a registered class"],
  [0x84, "EXT4 names a registered class"],
  [0x97, "NEXT_BUFFER asks for a buffer outside of the pickle"],
  [0x98, "READONLY_BUFFER asks for a buffer outside of the pickle"],
]);

/** Only INST and PERSID have operands in lines: text that begins with "i" or "P" but has no newline is no pickle. */
export function refuseOpcode(opcode: number, operands: PickleCursor): never {
  if (opcode === code("i")) operands.line();
  if (opcode === code("i") || opcode === code("P")) operands.line();
  throw refused(refusedOpcodes.get(opcode) ?? "an unknown opcode");
}

function code(character: string): number {
  return character.charCodeAt(0);
}

function protocol(version: number, offset: number): void {
  if (version > 5) throw malformed(`protocol ${version}`, offset);
}

/** `I01` and `I00` are booleans, as protocol 0 has no other. */
function intOrBool(word: string, offset: number): PickleNode {
  return word === "01" || word === "00" ? bool(word === "01") : int(wholeNumber(word, offset));
}

function memoIndex(word: string, offset: number): number {
  const index = wholeNumber(word, offset);
  if (index < 0n || index > 0xffffffffn) throw excessive("as a memo's index", Number(index), 0xffffffff);
  return Number(index);
}

function append(machine: PickleMachine, items: readonly PickleNode[], kind: "list" | "set"): void {
  const target = machine.top();
  if (target.kind !== kind) throw malformed(`an item for a ${target.kind}, which is no ${kind}`, machine.offset);
  for (const item of items) target.items.push(item);
}

function setItems(machine: PickleMachine, items: readonly PickleNode[]): void {
  const target = machine.top();
  if (target.kind !== "dict") throw malformed(`a key for a ${target.kind}, which is no dict`, machine.offset);
  for (const pair of pairs(items, machine.offset)) target.entries.push(pair);
}

function pairs(items: readonly PickleNode[], offset: number): [PickleNode, PickleNode][] {
  const result: [PickleNode, PickleNode][] = [];
  for (let index = 0; index < items.length; index += 2) {
    const [key, value] = [items[index], items[index + 1]];
    if (key === undefined || value === undefined) throw malformed("a key without its value", offset);
    result.push([key, value]);
  }
  return result;
}
