import { defineConnector } from "@sonde/core";
import type { Address, Call, Driver } from "@sonde/core/connector";
import { fileVersion, listFolder } from "#platform";
import { openRecording } from "./client.js";
import { fileDriver } from "./driver/file.js";
import { folderDriver } from "./driver/folder.js";
import { recordingPool } from "./driver/pool.js";
import { type GrowingFile, growingFile } from "./live/growing-file.js";
import { type ClRecordingsInput, type ClRecordingsOptions, clRecordingsOptions } from "./options.js";
import type { OpenRecording, Recording } from "./recording/recording.js";

async function connect(options: ClRecordingsOptions, call: Call): Promise<Driver<Recording>> {
  const { path, unsafeAttributes } = options;
  const open = async (input: ClRecordingsOptions["path"], signal?: AbortSignal): Promise<OpenRecording> =>
    // What openRecording gives is what the driver needs of it as well.
    (await openRecording(input, { unsafeAttributes, signal })) as OpenRecording;
  const files = typeof path === "string" || path instanceof URL ? await listFolder(path) : undefined;
  call.signal.throwIfAborted();
  if (files === undefined) {
    const recording = await open(path, call.signal);
    return fileDriver(recording, await growing(recording, path, open));
  }
  const pool = recordingPool((name) => open(files.get(name) ?? name));
  // Names of recorders begin with their date: the newest comes first.
  return folderDriver(String(path), [...files.keys()].sort().reverse(), pool, (recording, name) =>
    growing(recording, files.get(name) ?? name, open),
  );
}

/** Undefined for a finished recording, and for what is no local file: nothing more comes from it. */
async function growing(
  recording: OpenRecording,
  path: ClRecordingsOptions["path"],
  open: (path: string | URL, signal: AbortSignal) => Promise<OpenRecording>,
): Promise<GrowingFile | undefined> {
  if (recording.status === "finished" || !(typeof path === "string" || path instanceof URL)) return undefined;
  if (/^(?!file:)[a-z][a-z0-9+.-]+:/i.test(String(path)) || (await fileVersion(path)) === undefined) return undefined;
  return growingFile(recording, { name: recording.name, open: ({ signal }) => open(path, signal), version: () => fileVersion(path) });
}

/** Of another kind, by its extension; a path without one may be a folder. */
const otherFile = /\.(?!h5$|hdf5$)[a-z][a-z0-9]{1,7}$/i;

const address: Address<ClRecordingsInput> = {
  schemes: ["file", "cl-recordings"],
  extensions: [".h5"],
  toOptions: (url) => {
    if (url.protocol === "file:") return otherFile.test(url.pathname) ? undefined : { path: url.href };
    return url.protocol === "cl-recordings:" ? { path: decodeURIComponent(`${url.host}${url.pathname}`) } : undefined;
  },
};

/** Recordings of living neurons by Cortical Labs: one file, or a folder of them. */
export const clRecordings = defineConnector({ id: "cl-recordings", options: clRecordingsOptions, address, connect });
