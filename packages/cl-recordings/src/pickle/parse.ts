import { PickleCursor } from "./cursor.js";
import { excessive, malformed } from "./failure.js";
import { PickleMachine } from "./machine.js";
import { checkShape, type PickleLimits, pickleLimits } from "./measure.js";
import type { PickleNode } from "./node.js";
import { opcodes, refusedOpcodes, refuseOpcode } from "./opcodes.js";

const stop = 0x2e;

/**
 * What a pickle says, as a tree of nodes; nothing in it is executed.
 * Throws `format` where the bytes are no pickle, `unsupported` where it asks for more than data, `limit` where it is too large.
 */
export function parsePickle(bytes: Uint8Array, limits: PickleLimits = pickleLimits): PickleNode {
  const cursor = new PickleCursor(bytes);
  const machine = new PickleMachine(limits.bytes);
  for (let count = 1; ; count++) {
    if (count > limits.opcodes) throw excessive("opcodes", count, limits.opcodes);
    machine.offset = cursor.offset;
    const opcode = cursor.uint8();
    if (opcode === stop) break;
    const execute = opcodes.get(opcode);
    if (execute !== undefined) execute(machine, cursor);
    else if (refusedOpcodes.has(opcode)) refuseOpcode(opcode, cursor);
    else throw malformed(`the unknown opcode 0x${opcode.toString(16).padStart(2, "0")}`, machine.offset);
  }
  if (cursor.left > 0) throw malformed(`${cursor.left} bytes after the end`, cursor.offset);
  const root = machine.result();
  checkShape(root, limits);
  return root;
}
