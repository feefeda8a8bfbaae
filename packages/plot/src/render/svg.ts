import type { Figure, Mark, Pixels } from "../figure.js";
import { encodePng } from "./png-bytes.js";

/** A figure as an SVG document that stands alone: fonts by family, images inside, a title and a description for who can't see it. */
export function toSvg({ width, height, background, title, description, marks }: Figure): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif">`,
    ...(title === "" ? [] : [`<title>${escaped(title)}</title>`]),
    `<desc>${escaped(description)}</desc>`,
    `<rect width="${width}" height="${height}" fill="${background}"/>`,
    ...marks.map(element),
    "</svg>\n",
  ].join("\n");
}

function element(mark: Mark): string {
  if (mark.kind === "path") {
    const { path, stroke, fill = "none", width = 1, opacity } = mark;
    const line = stroke === undefined ? "" : ` stroke="${stroke}" stroke-width="${width}" stroke-linejoin="round"`;
    return `<path d="${path}" fill="${fill}"${line}${opacity === undefined ? "" : ` opacity="${opacity}"`}/>`;
  }
  if (mark.kind === "text") {
    const { x, y, text, size, fill, anchor = "start", bold = false } = mark;
    const weight = bold ? ' font-weight="600"' : "";
    return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${weight}>${escaped(text)}</text>`;
  }
  const { x, y, width, height, pixels } = mark;
  const place = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
  return `<image ${place} image-rendering="pixelated" href="${dataUrl(pixels)}"/>`;
}

function dataUrl(pixels: Pixels): string {
  const bytes = encodePng(pixels);
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return `data:image/png;base64,${btoa(text)}`;
}

/** Names come from archives: markup in them is text, and what XML has no characters for is left out. */
function escaped(text: string): string {
  return text.replace(/[^\t\n\r -퟿-�\u{10000}-\u{10ffff}]/gu, "�").replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const round = (value: number) => Math.round(value * 100) / 100;
