import { sondeError } from "@sonde/core/bytes";
import type { Platform } from "./platform.js";

export const platform: Platform = {
  readsBlobs: true,
  // A page shares memory with its workers only when it is isolated from other origins.
  get sharesMemory() {
    return typeof SharedArrayBuffer !== "undefined" && globalThis.crossOriginIsolated === true;
  },

  startWorker() {
    // Written out as it is: bundlers find a worker by this very expression.
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module", name: "sonde-hdf5" });
    let ended = (_error: unknown) => {};
    return {
      post: (message) => worker.postMessage(message),
      listen(onMessage, onEnd) {
        ended = onEnd;
        worker.addEventListener("message", (event) => onMessage(event.data));
        worker.addEventListener("error", (event) => {
          worker.terminate();
          onEnd(event.error ?? new Error(event.message));
        });
      },
      async terminate() {
        worker.terminate();
        ended(undefined);
      },
      hold() {},
    };
  },

  openDescriptor: () => undefined,

  async openPath(path) {
    throw sondeError("unsupported", `there are no paths in a browser (${path}): give a File, the bytes, or a ByteSource`, {
      what: "paths",
    });
  },
};
