/** A colour map: 256 colours of three bytes each, from least to greatest. */
export type ColourMap = Uint8Array;
export type ColourMapName = "grey" | "viridis" | "inferno" | "coolwarm";

/**
 * Points on each map, evenly spaced; between them colours are mixed linearly, which no eye tells from the original. viridis and inferno:
 * van der Walt and Smith (matplotlib, CC0); coolwarm: Moreland, "Diverging Color Maps for Scientific Visualization" (2009).
 */
const points: { readonly [name in ColourMapName]: readonly string[] } = {
  grey: ["#000000", "#ffffff"],
  viridis: ["#440154", "#482878", "#3e4989", "#31688e", "#26828e", "#1f9e89", "#35b779", "#6ece58", "#b5de2b", "#fde725"],
  inferno: ["#000004", "#1b0c41", "#4a0c6b", "#781c6d", "#a52c60", "#cf4446", "#ed6925", "#fb9b06", "#f7d13d", "#fcffa4"],
  coolwarm: ["#3b4cc0", "#6688ee", "#88abfd", "#b8cff9", "#dddddd", "#f5c4ad", "#f18d6f", "#de614d", "#b40426"],
};

export function colourMap(name: ColourMapName): ColourMap {
  const stops = points[name].map((text) => [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16)));
  const map = new Uint8Array(768);
  for (let index = 0; index < 256; index++) {
    const place = (index / 255) * (stops.length - 1);
    const before = Math.min(Math.floor(place), stops.length - 2);
    for (let channel = 0; channel < 3; channel++) {
      const [a = 0, b = 0] = [stops[before]?.[channel], stops[before + 1]?.[channel]];
      map[3 * index + channel] = Math.round(a + (b - a) * (place - before));
    }
  }
  return map;
}
