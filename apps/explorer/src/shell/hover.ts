/** Where the pointer or the keyboard's cursor is, for every panel. Apart from the rest of the state, since it changes with each movement. */
export class Hover {
  #time: bigint | undefined;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };
  readonly time = (): bigint | undefined => this.#time;

  set(time: bigint | undefined): void {
    if (time === this.#time) return;
    this.#time = time;
    for (const listener of this.#listeners) listener();
  }
}
