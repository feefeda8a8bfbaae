import type { Observe } from "@sonde/core";
import { bytesText } from "./progress.js";

/** "request 12 ms, 3.4 kB: GET host/path" */
export function activityLine({ kind, target, milliseconds, bytes }: Parameters<Observe>[0]): string {
  const cost =
    kind === "request" || kind === "retry"
      ? ` ${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms${bytes > 0 ? `, ${bytesText(bytes)}` : ""}`
      : "";
  return `${kind}${cost}: ${target}`;
}
