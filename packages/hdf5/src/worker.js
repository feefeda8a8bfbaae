/**
 * The thread on which HDF5 runs. It answers one request after another and knows nothing of types, limits and queues: see `engine.ts`.
 */

// First, though it would do later too: the module is made a moment after its import.
import "./worker/guard.js";
import { ready } from "h5wasm";
import { makeCalls } from "./worker/calls.js";
import { failureOf } from "./worker/failure.js";
import { stackOf } from "./worker/guard.js";

/** @import { Failure } from "./worker/failure.js" */

const port = openPort();
// Neither `await` nor `import()` at the top: bundlers make workers of the old kind out of this file too.
ready.then(serve);

/** @param {any} module h5wasm's declarations leave out most of what is used */
function serve(module) {
  module.activate_throwing_error_handler();
  const stack = stackOf();
  const { calls, sourceFailure, outlived } = makeCalls(module, stack);
  let failures = 0;
  /** The request being answered: files outlive the one that opened them. */
  let current = 0;

  port.listen((request) => {
    const { id, call, file } = request;
    current = id;
    const pointer = stack?.save();
    /** @type {{ id: number, result?: unknown, failure?: Failure, heapBytes: number, failures: number }} */
    const answer = { id, heapBytes: 0, failures: 0 };
    try {
      // The main thread is ours: `call` is one of the names in `calls`.
      const run = calls[/** @type {keyof typeof calls} */ (call)];
      answer.result = run(request, (position, length) => port.post({ id: current, wanted: { position, length } }));
    } catch (error) {
      failures++;
      answer.failure = failureOf(error);
    }
    const cause = sourceFailure(file);
    if (cause !== undefined) {
      answer.failure = { kind: "source", message: cause instanceof Error ? cause.message : String(cause), cause };
      delete answer.result;
    }
    if (answer.failure !== undefined && pointer !== undefined) stack?.restore(pointer);
    answer.heapBytes = module.HEAPU8.length;
    answer.failures = failures + outlived();
    port.post(answer, buffersOf(answer.result));
  });
  port.post({ ready: true });
}

/** @param {unknown} result @returns {ArrayBuffer[]} what can be handed over rather than copied */
function buffersOf(result) {
  const values = Array.isArray(result) ? result : [result];
  return values.flatMap((value) => (value instanceof Uint8Array && value.buffer instanceof ArrayBuffer ? [value.buffer] : []));
}

/**
 * @typedef {{ post(message: unknown, transfer?: ArrayBuffer[]): void, listen(handler: (message: any) => void): void }} Port
 * @returns {Port}
 */
function openPort() {
  const parentPort = globalThis.process?.getBuiltinModule?.("node:worker_threads").parentPort;
  if (parentPort) {
    return {
      post: (message, transfer = []) => parentPort.postMessage(message, transfer),
      listen: (handler) => parentPort.on("message", handler),
    };
  }
  const scope = /** @type {any} */ (globalThis);
  return {
    post: (message, transfer = []) => scope.postMessage(message, transfer),
    listen: (handler) => scope.addEventListener("message", (/** @type {MessageEvent} */ event) => handler(event.data)),
  };
}
