/** Equality of values: NaN equals NaN, typed arrays by kind and elements, objects by own keys in any order. */
export function equal(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (ArrayBuffer.isView(a) || Array.isArray(a)) return equalElements(a as ArrayLike<unknown>, b as ArrayLike<unknown>);
  if (a instanceof Date) return a.getTime() === (b as Date).getTime();
  if (a instanceof Map) return equal([...a], [...(b as Map<unknown, unknown>)]);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    // Own by `Object.keys`, and both are objects by the first lines.
    keys.every((key) => Object.hasOwn(b, key) && equal((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]))
  );
}

function equalElements(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (!equal(a[index], b[index])) return false;
  return true;
}
