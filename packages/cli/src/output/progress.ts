import type { Progress } from "@sonde/core";
import { counted } from "./text.js";

/** A line on stderr that says how far the work is; it shows after a second and vanishes at the end. */
export interface ProgressLine {
  tell(progress: Progress): void;
  /** Takes the line away, for a message or the end of the work. */
  clear(): void;
  stop(): void;
}

const silent: ProgressLine = { tell() {}, clear() {}, stop() {} };

/** `write` undefined: nobody watches. `width`: characters of the terminal. */
export function progressLine(what: string, write: ((text: string) => void) | undefined, width = 80): ProgressLine {
  if (write === undefined) return silent;
  const started = performance.now();
  let latest: Progress = { rows: 0, bytes: 0 };
  let shown = false;
  const clear = () => {
    if (shown) write("\r\u001b[K");
    shown = false;
  };
  const show = () => {
    const seconds = (performance.now() - started) / 1000;
    if (seconds < 1) return;
    const text = [what, ...progressParts(latest), `${Math.floor(seconds)}s`].join(" · ");
    // A line that wraps could not be taken away.
    write(`\r\u001b[K${[...text].slice(0, width - 1).join("")}`);
    shown = true;
  };
  const timer = setInterval(show, 200);
  timer.unref();
  return {
    tell(progress) {
      latest = progress;
    },
    clear,
    stop() {
      clearInterval(timer);
      clear();
    },
  };
}

function progressParts({ rows, bytes, totalBytes }: Progress): string[] {
  const parts: string[] = [];
  if (rows > 0) parts.push(counted(rows, "row"));
  if (totalBytes !== undefined && totalBytes > 0) {
    parts.push(`${bytesText(bytes)} of ${bytesText(totalBytes)}`);
  } else if (bytes > 0) parts.push(bytesText(bytes));
  return parts;
}

/** Decimal units, as disks and networks count: "12.3 MB". */
export function bytesText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
