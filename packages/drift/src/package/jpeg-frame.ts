import { sondeError } from "@sonde/core";

/**
 * Looks for the frame header (ITU-T T.81, B.2.2) before anything is decoded: a few bytes can promise 65 535 x 65 535 pixels.
 * Throws `format` where there is none, `limit` where it is too large.
 */
export function checkFrame(
  jpeg: Uint8Array,
  { maxPixels, name }: { readonly maxPixels: number; readonly name: string },
): { readonly width: number; readonly height: number; readonly components: number } {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  const damaged = (offset: number) =>
    sondeError("format", `the payload of package ${name} is no JPEG, or is damaged at byte ${offset}`, { key: name, offset });
  if (jpeg.length < 4 || view.getUint16(0) !== 0xffd8) throw damaged(0);
  for (let offset = 2; offset + 4 <= jpeg.length; ) {
    if (jpeg[offset] !== 0xff) throw damaged(offset);
    const marker = view.getUint8(offset + 1);
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    // SOF0 to SOF15 without DHT (C4), JPG (C8), DAC (CC).
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) {
      if (offset + 10 > jpeg.length) throw damaged(offset);
      const [height, width, components] = [view.getUint16(offset + 5), view.getUint16(offset + 7), view.getUint8(offset + 9)];
      if (width === 0 || height === 0) throw damaged(offset);
      if (width * height > maxPixels) {
        const what = "pixels of a JPEG";
        throw sondeError("limit", `package ${name} holds ${width * height} ${what}, ${maxPixels} are allowed: raise \`limits.maxPixels\``, {
          what,
          asked: width * height,
          allowed: maxPixels,
          option: "limits.maxPixels",
        });
      }
      return { width, height, components };
    }
    // Start of scan or end of image without a frame.
    if (marker === 0xda || marker === 0xd9) throw damaged(offset);
    offset += 2 + view.getUint16(offset + 2);
  }
  throw damaged(jpeg.length);
}
