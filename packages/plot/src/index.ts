<<<<<<< HEAD
export { type TimeTick, type TimeTicks, timeTicks } from "./axes/time-ticks.js";
export { percentiles } from "./colour/contrast.js";
export { type ColourMapName, colourMap } from "./colour/maps.js";
export { type ImageOptions, pixelsOf } from "./colour/pixels.js";
export type { Figure, ImageMark, Mark, PathMark, Pixels, TextMark } from "./figure.js";
export { type BandOptions, band } from "./marks/band.js";
export { type BarsOptions, bars } from "./marks/bars.js";
export { image } from "./marks/image.js";
export { type LinesOptions, lines } from "./marks/lines.js";
export { type RasterOptions, raster } from "./marks/raster.js";
export type { PlotOptions } from "./options.js";
export { type CanvasTools, type Context2D, drawFigure } from "./render/canvas.js";
export { toPng } from "./render/png.js";
export { encodePng } from "./render/png-bytes.js";
export { toSvg } from "./render/svg.js";
export { type Theme, themes } from "./theme.js";
=======
export {};
>>>>>>> wavelet
