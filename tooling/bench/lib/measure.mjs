import { statSync } from "node:fs";
import { join } from "node:path";
import { interpreter } from "@sonde-tooling/peers/lib/python";
import { benchFolder, pythonEnvironment } from "./data.mjs";
import { startSide } from "./side.mjs";

const rounds = 5;

/**
 * Both sides at every size: one run each that warms up (kept as `first`: what a single use costs), then in turn, ours, theirs, ours, …
 * Rejects where the two do not compute the same value: what is not the same work is not compared.
 */
export async function measure(bench, files, peer) {
  const sizes = {};
  for (const [size, file] of files) sizes[size] = await measureSize(bench, { size, file, peer });
  return { sizes, growth: { ours: exponent(sizes, "ours"), peer: exponent(sizes, "peer") } };
}

async function measureSize(bench, { size, file, peer }) {
  const work = (script) => [join(benchFolder, bench.folder, script), bench.job, file, String(size)];
  const ours = await startSide(process.execPath, [join(benchFolder, "lib", "ours.mjs"), ...work("ours.mjs")], {});
  let theirs;
  try {
    const script = join(benchFolder, "lib", "theirs.py");
    theirs = await startSide(interpreter(peer), [script, ...work("theirs.py")], { ...pythonEnvironment, ...bench.environment });
    const times = { ours: [], peer: [] };
    for (let round = 0; round <= rounds; round++) {
      const [mine, their] = [await ours.run(), await theirs.run()];
      if (JSON.stringify(mine.value) !== JSON.stringify(their.value)) {
        throw new Error(`at size ${size} we compute ${JSON.stringify(mine.value)}, the peer ${JSON.stringify(their.value)}`);
      }
      times.ours.push(mine.milliseconds);
      times.peer.push(their.milliseconds);
    }
    const side = async (running, [first, ...rest]) => ({ milliseconds: median(rest), first, ...(await running.end()) });
    return { bytes: statSync(file).size, ours: await side(ours, times.ours), peer: await side(theirs, times.peer) };
  } finally {
    ours.stop();
    theirs?.stop();
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Of time = c * size^exponent, by least squares over the logarithms. */
function exponent(sizes, side) {
  const points = Object.entries(sizes).map(([size, result]) => [Math.log(Number(size)), Math.log(result[side].milliseconds)]);
  if (points.length < 2) return undefined;
  const mean = (k) => points.reduce((sum, point) => sum + point[k], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const covariance = points.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return covariance / points.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}
