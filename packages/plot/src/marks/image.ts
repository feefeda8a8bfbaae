import { formatNanos } from "@sonde/core";
import type { NdArray } from "@sonde/core/connector";
import { type ImageOptions, pixelsOf } from "../colour/pixels.js";
import type { Figure, Mark } from "../figure.js";
import type { PlotOptions } from "../options.js";
import { themeOf } from "../theme.js";
import { sizeOf } from "./chart.js";

/** A picture of an array with its time below, as large as fits; pixels stay squares. */
export function image(array: NdArray, options: ImageOptions & PlotOptions = {}): Figure {
  const theme = themeOf(options.theme);
  const pixels = pixelsOf(array, options);
  const { width, height } = sizeOf({ width: options.width ?? 640, height: options.height ?? 480 });
  const { title = "" } = options;
  const top = title === "" ? 12 : 34;
  const scale = Math.min((width - 24) / pixels.width, (height - top - 34) / pixels.height);
  const box = { width: pixels.width * scale, height: pixels.height * scale };
  const at = formatNanos(array.time, { zone: options.zone });
  const caption = `${array.field}, ${array.shape.join(" × ")}, ${at}`;
  const marks: Mark[] = [];
  if (title !== "") marks.push({ kind: "text", x: 12, y: 22, text: title, size: 14, fill: theme.text, bold: true });
  marks.push({ kind: "image", x: (width - box.width) / 2, y: top, ...box, pixels });
  marks.push({ kind: "text", x: width / 2, y: height - 12, text: caption, size: 12, fill: theme.muted, anchor: "middle" });
  return { width, height, background: theme.background, title, description: `An image: ${caption}`, marks };
}
