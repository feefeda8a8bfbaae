import { scaleLinear } from "d3-scale";

export type ValueScale = {
  readonly domain: readonly [number, number];
  /** Pixels from the top. */
  at(value: number): number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
};

/** A linear scale over the values, widened to round ends; upwards. One value alone gets room on both sides. */
export function valueScale([least, most]: readonly [number, number], top: number, bottom: number): ValueScale {
  const spread = most - least;
  const room = spread > 0 ? 0 : Math.max(Math.abs(most) * 0.1, 0.5);
  const count = Math.max(2, Math.round((bottom - top) / 45));
  const scale = scaleLinear()
    .domain([least - room, most + room])
    .nice(count)
    .range([bottom, top]);
  const [low = 0, high = 1] = scale.domain();
  const format = scale.tickFormat(count, Math.max(Math.abs(low), Math.abs(high)) >= 1e6 || high - low < 1e-4 ? "~g" : undefined);
  return {
    domain: [low, high],
    at: (value) => scale(value),
    // d3 writes a typographic minus, which search and copying do not know.
    ticks: scale.ticks(count).map((value) => ({ value, label: format(value).replace("−", "-") })),
  };
}
