export const topic = "lsst.sal.ATDome.position";
export const origin = 1_596_837_600_000_000_001n;

/** Rows of a topic with a field of each type, and a tag. */
export function plantLines(rows: number, from = 0): string {
  return Array.from({ length: rows }, (_, index) => {
    const row = from + index;
    const fields = [
      `azimuth=${Math.sin(row / 100) * 360}`,
      `count=${9_007_199_254_740_993n + BigInt(row)}i`,
      `valid=${row % 3 === 0}`,
      `name="row \\"${row}\\", of \\\\ many"`,
      ...(row % 7 === 0 ? [] : [`torque=${row / 8}`]),
    ];
    return `${topic},site=summit ${fields.join(",")} ${origin + BigInt(row) * 1_000_001n}`;
  }).join("\n");
}
