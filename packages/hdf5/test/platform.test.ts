import { expect, test, vi } from "vitest";
import { platform } from "../src/platform.browser.js";
import { refusal } from "./fixture.js";

test("a browser has no paths, reads blobs itself, and shares memory only where it is isolated", async () => {
  expect(await refusal(platform.openPath("recording.h5"))).toMatchObject({ code: "unsupported" });
  expect(platform.readsBlobs).toBe(true);
  expect(platform.sharesMemory).toBe(false);
  vi.stubGlobal("crossOriginIsolated", true);
  expect(platform.sharesMemory).toBe(true);
  vi.unstubAllGlobals();
});

test("a browser's worker is a module beside the package, and its end is told once it is ended", async () => {
  const started: unknown[] = [];
  vi.stubGlobal(
    "Worker",
    class extends EventTarget {
      constructor(url: URL, options: object) {
        super();
        started.push(url.pathname.split("/").at(-1), options);
      }
      postMessage(message: unknown) {
        this.dispatchEvent(new MessageEvent("message", { data: message }));
      }
      terminate() {}
    },
  );
  const worker = platform.startWorker();
  const heard: unknown[] = [];
  worker.listen(
    (message) => heard.push(message),
    (error) => heard.push(["end", error]),
  );
  worker.post("hello");
  worker.hold(true);
  await worker.terminate();
  expect(started).toEqual(["worker.js", { type: "module", name: "sonde-hdf5" }]);
  expect(heard).toEqual(["hello", ["end", undefined]]);
  vi.unstubAllGlobals();
});

test("a browser has no descriptors: what calls itself one is read by its `read`", () => {
  const source = { name: "a", descriptor: 3, size: async () => 1, read: async () => new Uint8Array(1), close: async () => {} };
  expect(platform.openDescriptor(source, 1)).toBeUndefined();
});
