/** Node's `util.inspect` and the consoles that follow it call this; `toString` serves everywhere else. */
const inspect = Symbol.for("nodejs.util.inspect.custom");

/** Gives an object a printed form of its own, hidden from enumeration. It must not hold a secret. */
export function inspectable<T extends object>(object: T, text: () => string): T {
  for (const key of [inspect, "toString"]) Object.defineProperty(object, key, { value: text, enumerable: false });
  return object;
}
