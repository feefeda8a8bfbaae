/** A stroke or a filled shape; `path` is SVG path data in pixels. */
export type PathMark = {
  readonly kind: "path";
  readonly path: string;
  readonly stroke?: string | undefined;
  readonly fill?: string | undefined;
  readonly width?: number | undefined;
  readonly opacity?: number | undefined;
};
/** `x`, `y` are where the text's baseline begins, is centred or ends. */
export type TextMark = {
  readonly kind: "text";
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly size: number;
  readonly fill: string;
  readonly anchor?: "start" | "middle" | "end" | undefined;
  readonly bold?: boolean | undefined;
};
/** Pixels, four bytes each (red, green, blue, alpha), drawn into a box without smoothing. */
export type ImageMark = {
  readonly kind: "image";
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly pixels: Pixels;
};
export type Mark = PathMark | TextMark | ImageMark;

/** `rgba` has `4 * width * height` bytes, row by row from the top. */
export type Pixels = { readonly width: number; readonly height: number; readonly rgba: Uint8ClampedArray };

/** A drawing as data: what is to be painted, in order. `toSvg`, `drawFigure` and `toPng` paint it. */
export interface Figure {
  readonly width: number;
  readonly height: number;
  readonly background: string;
  readonly title: string;
  /** What the picture shows, in words: for who can't see it. */
  readonly description: string;
  readonly marks: readonly Mark[];
}
