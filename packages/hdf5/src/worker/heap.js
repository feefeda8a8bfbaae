/**
 * Bounds on the memory of the one WebAssembly instance of this worker, and a way to repair its stack.
 *
 * Must run before the module is compiled. It changes `WebAssembly` of this worker's own realm only, where nothing else runs.
 */

const page = 65_536;

/** @typedef {{ save(): number, restore(pointer: number): void }} Stack */

/**
 * Caps the heap: a growth past `maxBytes` fails like an allocation does, so that HDF5 reports it instead of taking 2 GiB for a bomb.
 *
 * HDF5's errors leave WebAssembly as JavaScript exceptions, which do not put its stack pointer back: about 1 kB is lost by each, and
 * after two thousand the stack runs into the data below it without a word. The returned stack puts it back.
 *
 * @param {number} maxBytes
 * @returns {() => Stack | undefined} the stack, once the module is there
 */
export function guardHeap(maxBytes) {
  const grow = WebAssembly.Memory.prototype.grow;
  WebAssembly.Memory.prototype.grow = function (/** @type {number} */ pages) {
    if (this.buffer.byteLength + pages * page > maxBytes) throw new RangeError("the heap of HDF5 is full");
    return grow.call(this, pages);
  };
  /** @type {Stack | undefined} */
  let stack;
  const instantiate = WebAssembly.instantiate;
  /** @param {any[]} parameters @returns {Promise<any>} whatever the original answers: an instance, or a module and an instance */
  const watched = async (...parameters) => {
    const result = await Reflect.apply(instantiate, WebAssembly, parameters);
    const exports = (result.instance ?? result).exports;
    const { emscripten_stack_get_current: save, _emscripten_stack_restore: restore } = exports;
    if (typeof save === "function" && typeof restore === "function") stack = { save: () => save(), restore: (pointer) => restore(pointer) };
    return result;
  };
  WebAssembly.instantiate = watched;
  return () => stack;
}
