import { drawFigure, type Figure } from "@sonde/plot";
import { useEffect, useRef } from "react";

/** Paints a figure at the screen's own resolution. Its words stand beside it: the canvas itself is hidden from readers. */
export function FigureCanvas({ figure }: { readonly figure: Figure }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const { current } = canvas;
    const context = current?.getContext("2d");
    if (!current || !context) return;
    const ratio = devicePixelRatio || 1;
    current.width = Math.round(figure.width * ratio);
    current.height = Math.round(figure.height * ratio);
    drawFigure(context, figure, ratio);
  }, [figure]);
  // biome-ignore lint/a11y/noAriaHiddenOnFocusable: no canvas takes the focus
  return <canvas ref={canvas} aria-hidden="true" style={{ width: figure.width, height: figure.height }} />;
}
