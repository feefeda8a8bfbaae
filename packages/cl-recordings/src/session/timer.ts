export type Timer = ReturnType<typeof setTimeout>;

/** In Node, a timer that does not keep the process alive. */
export function unreferenced(timer: Timer): Timer {
  // Browsers' timers are numbers.
  const value: unknown = timer;
  if (typeof value === "object" && value !== null && "unref" in value) timer.unref();
  return timer;
}
