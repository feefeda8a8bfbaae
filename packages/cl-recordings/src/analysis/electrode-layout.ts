import { invalid } from "./invalid.js";
import type { SpikeTrain } from "./spike-train.js";

/** The electrodes are a square of so many; channel `8 * column + row`. */
export const layoutSide = 8;
/** The corners of the square are the ground. */
export const groundChannels: readonly number[] = [0, 7, 56, 63];
export const referenceChannels: readonly number[] = [4];

export interface LayoutOption {
  /**
   * "check" (the default) refuses a train whose ground channels spike anywhere in the recording: its electrodes must lie elsewhere.
   * "common" takes the layout for granted; the SDK does so as well where the samples of the ground channels, four together, are
   * non-zero no more often than a tenth of the recording's frames.
   */
  readonly layout?: "check" | "common" | undefined;
}

/** Errors `options` for a recording that is not of the common layout, so far as its spikes show. */
export function checkLayout(train: SpikeTrain, options: LayoutOption): void {
  if (options.layout === "common") return;
  for (const channel of groundChannels) {
    if (train.channels.includes(channel))
      throw invalid(
        "layout",
        `ground channel ${channel} spikes: the electrodes are not of the common layout; pass layout: "common" if you know that they are`,
      );
  }
}
