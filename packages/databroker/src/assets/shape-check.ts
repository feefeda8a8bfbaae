import type { AssetContext } from "../handlers/types.js";

/**
 * Warns once where the descriptor's shape and the file's differ in their last two sides. Detectors were known to lie: (x, y, 0) stood for
 * images of y rows and x columns. The file is right.
 */
export function shapeCheck(context: AssetContext, what: string): (shape: readonly number[]) => void {
  let told = false;
  return (shape) => {
    const stated = context.dataKey?.shape;
    if (told || stated === undefined || stated.length < 2 || shape.length < 2) return;
    const [height, width] = stated.slice(-2);
    if (height === shape.at(-2) && width === shape.at(-1)) return;
    if (height === null || width === null) return;
    told = true;
    context.warn(`${what}: the descriptor says shape (${stated.join(", ")}), the file has (${shape.join(", ")}): the file is right`);
  };
}
