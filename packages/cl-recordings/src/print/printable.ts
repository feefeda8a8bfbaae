/** Adds what `console.log`, `String(…)` and Node's inspector show. */
export function printable<T extends object>(target: T, print: () => string): T {
  // Symbols and not enumerable: no part of the data.
  Object.defineProperty(target, Symbol.for("nodejs.util.inspect.custom"), { value: print });
  Object.defineProperty(target, Symbol.toPrimitive, { value: print });
  return target;
}
