import { sondeError } from "@sonde/core/bytes";

/**
 * Undoes the differences that were taken before compression, row by row and in place. Source: TIFF 6.0, section 14 (2); Adobe Photoshop TIFF
 * Technical Note 3 (3). Numbers come out little endian.
 */
export function undoPredictor(
  bytes: Uint8Array<ArrayBuffer>,
  layout: {
    readonly predictor: number;
    readonly rowBytes: number;
    readonly stride: number;
    readonly width: number;
    readonly bigEndian: boolean;
  },
  name: string,
): void {
  const { predictor, rowBytes, stride, width, bigEndian } = layout;
  if (predictor !== 2 && predictor !== 3) {
    throw sondeError("unsupported", `${name}: predictor ${predictor} is not read: convert the file`, {
      what: `TIFF predictor ${predictor}`,
    });
  }
  if (predictor === 2 && bigEndian && width > 1) swap(bytes, width);
  for (let start = 0; start + rowBytes <= bytes.length; start += rowBytes) {
    const row = bytes.subarray(start, start + rowBytes);
    if (predictor === 3) floatingPoint(row, stride, width);
    else accumulate(row, stride, width);
  }
}

/** Reverses the bytes of each value, in place. */
export function swap(bytes: Uint8Array, width: number): void {
  for (let start = 0; start + width <= bytes.length; start += width) bytes.subarray(start, start + width).reverse();
}

function accumulate(row: Uint8Array<ArrayBuffer>, stride: number, width: number): void {
  const view = new DataView(row.buffer, row.byteOffset, row.length);
  const step = stride * width;
  for (let at = step; at + width <= row.length; at += width) {
    if (width === 1) row[at] = (row[at] ?? 0) + (row[at - step] ?? 0);
    else if (width === 2) view.setUint16(at, view.getUint16(at, true) + view.getUint16(at - step, true), true);
    else if (width === 4) view.setUint32(at, view.getUint32(at, true) + view.getUint32(at - step, true), true);
    else view.setBigUint64(at, view.getBigUint64(at, true) + view.getBigUint64(at - step, true), true);
  }
}

/** The bytes of a row are kept by their significance, highest first, and each is the difference to the one before it. */
function floatingPoint(row: Uint8Array, stride: number, width: number): void {
  for (let at = stride; at < row.length; at++) row[at] = (row[at] ?? 0) + (row[at - stride] ?? 0);
  const planes = row.slice();
  const count = Math.floor(row.length / width);
  for (let value = 0; value < count; value++) {
    for (let byte = 0; byte < width; byte++) row[value * width + byte] = planes[(width - byte - 1) * count + value] ?? 0;
  }
}
