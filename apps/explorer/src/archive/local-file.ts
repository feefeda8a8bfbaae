import { fromIPC, type Source, sondeError } from "@sonde/core";
import { tableSource } from "./table-source.js";

/** Arrow files are read whole. */
const mostBytes = 2 ** 30;

/** A file of this machine as a source: it is read by the page itself and leaves the machine no more than before. */
export async function openLocal(file: File): Promise<Source> {
  const extension = /\.\w+$/.exec(file.name.toLowerCase())?.[0] ?? "";
  if (extension === ".h5" || extension === ".hdf5") {
    if (!runsWebAssembly()) {
      throw sondeError(
        "unsupported",
        `${file.name} is HDF5, which is read by WebAssembly: the server's policy lets none run on this page`,
        {
          what: "WebAssembly",
        },
      );
    }
    const { clRecordings } = await import("@sonde/cl-recordings");
    return clRecordings.open({ path: file });
  }
  if (extension === ".arrow" || extension === ".arrows" || extension === ".ipc") {
    if (file.size > mostBytes) {
      throw sondeError("limit", `${file.name} is larger than an Arrow file may be here`, {
        what: "bytes",
        asked: file.size,
        allowed: mostBytes,
        option: "file",
      });
    }
    return tableSource(file.name, fromIPC(new Uint8Array(await file.arrayBuffer())));
  }
  throw sondeError("unsupported", `${file.name} is none of .h5 and .arrow, which can be opened here`, {
    what: `files of ${extension || "no extension"}`,
  });
}

/** The shortest module there is: magic number and version. */
const nothing = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** A page whose policy lacks `'wasm-unsafe-eval'` compiles none. */
function runsWebAssembly(): boolean {
  try {
    return new WebAssembly.Module(nothing) instanceof WebAssembly.Module;
  } catch {
    return false;
  }
}
