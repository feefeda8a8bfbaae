import type { CallOptions } from "@sonde/hdf5";

/** A value that is made at the first call and kept; what fails or is aborted is made again at the next. */
export function shared<T>(make: (options: CallOptions) => Promise<T>): (options: CallOptions) => Promise<T> {
  let made: { readonly value: T } | undefined;
  return async (options) => {
    options.signal?.throwIfAborted();
    if (made === undefined) made = { value: await make(options) };
    return made.value;
  };
}
