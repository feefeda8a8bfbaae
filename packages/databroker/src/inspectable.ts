const inspect = Symbol.for("nodejs.util.inspect.custom");

/** Gives an object a printed form of its own, for `console.log` and as text, hidden from enumeration. */
export function inspectable<T extends object>(object: T, text: () => string): T {
  for (const key of [inspect, "toString"]) Object.defineProperty(object, key, { value: text, enumerable: false });
  return object;
}
