import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as msgpack from "@sonde/msgpack-numpy";
import { hex, messageValue } from "../lib/exact.mjs";
import { ourValues } from "./values.mjs";

const { decode, encode } = msgpack;

export async function suite({ cases, python, scratch }) {
  const theirs = await python("pack.py");
  for (const { name, packed, value } of theirs) {
    const bytes = Buffer.from(packed, "hex");
    await cases.compare(`reads ${name}`, () => messageValue(decode(bytes), msgpack), value);
    await cases.compare(`keeps the form of ${name}`, () => hex(encode(decode(bytes, { exact: true }))), packed);
  }

  const ours = Object.entries(ourValues());
  // What Python packed, read and written by us, goes back to Python too. Forms that are read as plain values are written as such.
  for (const { name, packed } of theirs) ours.push([`${name}, read by us`, decode(Buffer.from(packed, "hex"))]);
  const file = join(scratch, "ours.json");
  writeFileSync(file, JSON.stringify(ours.map(([, value]) => hex(encode(value)))));
  const unpacked = await python("unpack.py", file);
  for (const [k, [name, value]] of ours.entries()) {
    const { value: read, packed, error } = unpacked[k];
    if (error !== undefined) cases.differ(`writes ${name}`, error);
    else cases.equal(`writes ${name}`, messageValue(value, msgpack), read);
    if (typeof packed === "string") cases.equal(`writes the bytes of ${name}`, hex(encode(value)), packed);
  }
}
