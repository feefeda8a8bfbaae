type Fan = { readonly entries: Set<{ readonly callback: (reason: unknown) => void }>; readonly listener: () => void };
const fans = new WeakMap<AbortSignal, Fan>();

/**
 * Calls back once when `signal` aborts, at once if it has. Returns how to stop listening; forgetting to holds memory as long as the signal.
 * However many listen, the signal has one listener: the eleventh would print a MaxListenersExceededWarning, and `AbortSignal.any`
 * keeps about 100 bytes a call for the life of its source on Node 20.
 */
export function onAbort(signal: AbortSignal, callback: (reason: unknown) => void): () => void {
  if (signal.aborted) {
    callback(signal.reason);
    return () => {};
  }
  const fan = fans.get(signal) ?? createFan(signal);
  const entry = { callback };
  fan.entries.add(entry);
  return () => {
    if (!fan.entries.delete(entry) || fan.entries.size > 0) return;
    signal.removeEventListener("abort", fan.listener);
    fans.delete(signal);
  };
}

function createFan(signal: AbortSignal): Fan {
  const entries: Fan["entries"] = new Set();
  const listener = () => {
    fans.delete(signal);
    for (const entry of entries) entry.callback(signal.reason);
    entries.clear();
  };
  const fan = { entries, listener };
  signal.addEventListener("abort", listener, { once: true });
  fans.set(signal, fan);
  return fan;
}
