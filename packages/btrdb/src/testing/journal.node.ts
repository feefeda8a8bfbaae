import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { sondeError } from "@sonde/core";

/** What a server was asked to change, in order, in a file: asked again, it is the same server, versions included. */
export type Journal = { append(method: string, request: Uint8Array): void; close(): void };

const fileName = "streams.btrdb-journal";
const head = "sonde btrdb journal 1\n";

/**
 * Opens the journal of a folder, which is made where it is missing, and hands over what is in it. A last entry that was cut short,
 * as by a crash, is dropped; a file that is no journal is an error `format` and is left as it is.
 */
export function openJournal(folder: string, replay: (method: string, request: Uint8Array) => void): Journal {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, fileName);
  const known = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  if (known.byteLength > 0 && !known.subarray(0, head.length).equals(Buffer.from(head))) {
    throw sondeError("format", `${path} is no journal of this server: choose another folder`, { key: path, offset: 0 });
  }
  let end = Math.min(head.length, known.byteLength);
  for (let entry = entryAt(known, end); entry; entry = entryAt(known, end)) {
    replay(entry.method, entry.request);
    end = entry.end;
  }
  const file = openSync(path, existsSync(path) ? "r+" : "w+");
  ftruncateSync(file, end);
  let position = end;
  const write = (bytes: Uint8Array) => {
    writeSync(file, bytes, 0, bytes.byteLength, position);
    position += bytes.byteLength;
  };
  if (end === 0) write(Buffer.from(head));
  return {
    append(method, request) {
      const size = Buffer.alloc(5);
      size.writeUInt8(method.length, 0);
      size.writeUInt32LE(request.byteLength, 1);
      write(Buffer.concat([size, Buffer.from(method), request]));
    },
    close: () => closeSync(file),
  };
}

/** One byte for the length of the name, four for that of the request, then both; undefined where that is not all there. */
function entryAt(bytes: Buffer, start: number): { method: string; request: Uint8Array; end: number } | undefined {
  if (start + 5 > bytes.byteLength) return undefined;
  const name = start + 5;
  const request = name + bytes.readUInt8(start);
  const end = request + bytes.readUInt32LE(start + 1);
  if (end > bytes.byteLength) return undefined;
  return { method: bytes.toString("latin1", name, request), request: bytes.subarray(request, end), end };
}
