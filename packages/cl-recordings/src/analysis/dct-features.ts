import { checkLayout, type LayoutOption, layoutSide } from "./electrode-layout.js";
import { invalid } from "./invalid.js";
import { type AnalysisBase, type SpikeTrain, spikesByChannel, type TickLimit, uniqueFrames } from "./spike-train.js";

export interface DctFeaturesOptions extends TickLimit, LayoutOption {
  /** Frequencies along each side of the electrodes, from 0 on: at most 64. */
  readonly k: number;
}

/** Where on the electrodes the spikes are, as waves across them. */
export interface DctFeatures extends AnalysisBase {
  readonly analysis: "dct-features";
  readonly k: number;
  /** Spikes of each channel; those that share a frame are one. */
  readonly spikes: Uint32Array;
  /**
   * The wave of each frequency at the eight electrodes of a side, `[frequency * 8 + electrode]`: cos(π/8 (electrode + ½) frequency), times
   * √½ for frequency 0 and ½ for the others. That is not orthonormal: frequency 0 weighs twice as much as it would.
   */
  readonly basis: Float64Array;
  /** `[i * k + j]`: frequency i down the rows and j along the columns. */
  readonly features: Float64Array;
}

/**
 * The cosine transform of the channels' spike counts on the 8 × 8 electrodes: `analyse_dct_features` of the Cortical Labs SDK.
 *
 * @example
 * ```ts
 * const { features } = dctFeatures(train, { k: 3 });
 * ```
 */
export function dctFeatures(train: SpikeTrain, options: DctFeaturesOptions): DctFeatures {
  const { k } = options;
  if (!Number.isInteger(k) || k < 1 || k > 64) throw invalid("k", `${k} is no number of frequencies: give 1 to 64`);
  checkLayout(train, options);
  const electrodes = layoutSide * layoutSide;
  if (train.channelCount !== electrodes)
    throw invalid("channelCount", `the layout has ${electrodes} electrodes, the recording ${train.channelCount} channels`);
  const { byChannel, length: _, ...base } = spikesByChannel(train, options);
  const spikes = Uint32Array.from(byChannel, (frames) => uniqueFrames(frames).length);
  const basis = cosines(k);
  const features = new Float64Array(k * k);
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let column = 0; column < layoutSide; column++) {
        for (let row = 0; row < layoutSide; row++) {
          const wave = (basis[i * layoutSide + row] as number) * (basis[j * layoutSide + column] as number); // i, j < k
          sum += (spikes[column * layoutSide + row] as number) * wave; // 64 channels, checked
        }
      }
      features[i * k + j] = sum;
    }
  }
  return { analysis: "dct-features", ...base, k, spikes, basis, features };
}

function cosines(k: number): Float64Array {
  const basis = new Float64Array(k * layoutSide);
  for (let frequency = 0; frequency < k; frequency++) {
    const weight = frequency === 0 ? 1 / Math.sqrt(2) : Math.sqrt(2 / layoutSide);
    for (let electrode = 0; electrode < layoutSide; electrode++)
      basis[frequency * layoutSide + electrode] = Math.cos((Math.PI / layoutSide) * (electrode + 0.5) * frequency) * weight;
  }
  return basis;
}
