import type { Pixels } from "@sonde/plot";

/** From dark to light. */
const shades = [" ", "░", "▒", "▓", "█"] as const;

/** A sketch of a picture in characters, which are twice as high as wide: the pixel in the middle of each. */
export function shadesOf({ width, height, rgba }: Pixels, columns: number): string {
  const across = Math.min(columns, width);
  const down = Math.max(1, Math.round((across * height) / width / 2));
  let text = "";
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const pixel = Math.floor(((row + 0.5) * height) / down) * width + Math.floor(((column + 0.5) * width) / across);
      const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(4 * pixel, 4 * pixel + 4);
      const light = alpha === 0 ? 0 : 0.299 * red + 0.587 * green + 0.114 * blue;
      text += shades[Math.min(4, Math.floor((light * 5) / 256))] ?? " ";
    }
    text += "\n";
  }
  return text;
}
