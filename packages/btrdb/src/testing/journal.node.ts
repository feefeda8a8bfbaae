import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { sondeError } from "@sonde/core";

/** What a server was asked to change, in order, in a file: asked again, it is the same server, versions included. */
export type Journal = { append(method: string, request: Uint8Array): void; close(): void };

const fileName = "streams.btrdb-journal";
const headPattern = /^sonde btrdb journal 1, versions of (\d+) points\n/;

/**
 * Opens the journal of a folder, which is made where it is missing, and hands over what is in it. A last entry that was cut short,
 * as by a crash, is dropped. A file that is no journal, or an entry that can't be carried out, is an error `format`, and another
 * `bufferLimit` than before, by which versions would differ, one of `options`; the file is then left as it is.
 */
export function openJournal(folder: string, bufferLimit: number, replay: (method: string, request: Uint8Array) => void): Journal {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, fileName);
  const known = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  let end = known.byteLength === 0 ? 0 : endOfHead(path, known, bufferLimit);
  for (let entry = entryAt(known, end); entry; entry = entryAt(known, end)) {
    try {
      replay(entry.method, entry.request);
    } catch (cause) {
      throw sondeError("format", `${path} can't be carried out from byte ${end} on: choose another folder`, {
        key: path,
        offset: end,
        cause,
      });
    }
    end = entry.end;
  }
  const file = openSync(path, existsSync(path) ? "r+" : "w+");
  ftruncateSync(file, end);
  let position = end;
  const write = (bytes: Uint8Array) => {
    writeSync(file, bytes, 0, bytes.byteLength, position);
    position += bytes.byteLength;
  };
  if (end === 0) write(Buffer.from(`sonde btrdb journal 1, versions of ${bufferLimit} points\n`));
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

function endOfHead(path: string, bytes: Buffer, bufferLimit: number): number {
  const head = headPattern.exec(bytes.toString("latin1", 0, 100));
  if (head === null) throw sondeError("format", `${path} is no journal of this server: choose another folder`, { key: path, offset: 0 });
  if (Number(head[1]) !== bufferLimit) {
    throw sondeError("options", `${path} was written with bufferLimit ${head[1]}: keep it, or choose another folder`, {});
  }
  return head[0].length;
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
