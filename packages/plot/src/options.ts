import type { TimeRange } from "@sonde/core";
import type { Theme } from "./theme.js";

export type PlotOptions = {
  /** Pixels; default 800 × 320. */
  readonly width?: number | undefined;
  readonly height?: number | undefined;
  readonly title?: string | undefined;
  readonly theme?: "light" | "dark" | Theme | undefined;
  /** An IANA name for the ticks; UTC without. */
  readonly zone?: string | undefined;
  /** What the time axis spans, half open; the table's own first to last row without. */
  readonly range?: TimeRange | undefined;
};
