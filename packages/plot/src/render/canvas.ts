import { sondeError } from "@sonde/core";
import type { Figure, Mark, Pixels } from "../figure.js";

/** What of a canvas's two-dimensional context is used: those of browsers and of `@napi-rs/canvas` have it. */
export type Context2D = Pick<
  CanvasRenderingContext2D,
  | "fillStyle"
  | "strokeStyle"
  | "lineWidth"
  | "lineJoin"
  | "globalAlpha"
  | "font"
  | "textAlign"
  | "imageSmoothingEnabled"
  | "save"
  | "restore"
  | "scale"
  | "fillRect"
  | "fillText"
> & {
  fill(path: never): void;
  stroke(path: never): void;
  drawImage(image: never, x: number, y: number, width: number, height: number): void;
};

/** What makes shapes and images for a context: the page's own without. */
export interface CanvasTools {
  path(data: string): unknown;
  image(pixels: Pixels): unknown;
}

/** Paints a figure; `ratio` is the number of device pixels to a pixel. */
export function drawFigure(context: Context2D, figure: Figure, ratio = 1, tools: CanvasTools = pageTools): void {
  context.save();
  context.scale(ratio, ratio);
  context.fillStyle = figure.background;
  context.fillRect(0, 0, figure.width, figure.height);
  for (const mark of figure.marks) drawMark(context, mark, tools);
  context.restore();
}

function drawMark(context: Context2D, mark: Mark, tools: CanvasTools): void {
  if (mark.kind === "text") {
    context.fillStyle = mark.fill;
    context.font = `${mark.bold ? "600 " : ""}${mark.size}px system-ui, sans-serif`;
    context.textAlign = mark.anchor === "middle" ? "center" : (mark.anchor ?? "start");
    context.fillText(mark.text, mark.x, mark.y);
    return;
  }
  if (mark.kind === "image") {
    context.imageSmoothingEnabled = false;
    // Made by the tools of this very context.
    context.drawImage(tools.image(mark.pixels) as never, mark.x, mark.y, mark.width, mark.height);
    return;
  }
  // As above.
  const path = tools.path(mark.path) as never;
  context.globalAlpha = mark.opacity ?? 1;
  if (mark.fill !== undefined) {
    context.fillStyle = mark.fill;
    context.fill(path);
  }
  if (mark.stroke !== undefined) {
    context.strokeStyle = mark.stroke;
    context.lineWidth = mark.width ?? 1;
    context.lineJoin = "round";
    context.stroke(path);
  }
  context.globalAlpha = 1;
}

const pageTools: CanvasTools = {
  path: (data) => new Path2D(data),
  image({ width, height, rgba }) {
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    if (context === null) throw sondeError("unsupported", "this page has no two-dimensional canvas", { what: "canvas" });
    context.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
    return canvas;
  },
};
