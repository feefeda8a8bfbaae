import { sondeError } from "@sonde/core";
import type { Figure } from "../figure.js";
import { type CanvasTools, drawFigure } from "./canvas.js";

/**
 * A figure as a PNG file, on Node: painted by `@napi-rs/canvas`, an optional peer. `ratio` 2 gives twice the pixels, for screens and print.
 * Text is in the fonts of the machine. Rejects `unsupported` where the peer is not installed, saying how to have it.
 */
export async function toPng(figure: Figure, options: { readonly ratio?: number | undefined } = {}): Promise<Uint8Array> {
  const { ratio = 1 } = options;
  const { createCanvas, ImageData, Path2D } = await import("@napi-rs/canvas").catch((cause: unknown) => {
    throw sondeError("unsupported", "PNG of a plot is painted by @napi-rs/canvas: run `npm install @napi-rs/canvas`, or write SVG", {
      what: "@napi-rs/canvas",
      cause,
    });
  });
  const tools: CanvasTools = {
    path: (data) => new Path2D(data),
    image({ width, height, rgba }) {
      const small = createCanvas(width, height);
      small.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
      return small;
    },
  };
  const canvas = createCanvas(Math.round(figure.width * ratio), Math.round(figure.height * ratio));
  drawFigure(canvas.getContext("2d"), figure, ratio, tools);
  return canvas.encode("png");
}
