import { statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { interpreter } from "@sonde-tooling/peers/lib/python";
import { benchFolder, pythonEnvironment } from "./data.mjs";
import { startSide } from "./side.mjs";

/** At least five, and for two seconds, so that the median of what is quick is worth something. */
const enough = (times) => times.length > 25 || (times.length > 5 && times.reduce((sum, { milliseconds }) => sum + milliseconds, 0) > 2000);

/**
 * Both sides at every size: one run each that warms up (kept as `first`: what a single use costs), then in turn, ours, theirs, ours, …
 * `milliseconds` is the median by the clock, `processor` that of the processors' time, all threads together.
 * Rejects where the two do not compute the same value: what is not the same work is not compared.
 */
export async function measure(bench, files, peer) {
  const sizes = {};
  for (const [size, file] of files) sizes[size] = await measureSize(bench, { size, file, peer });
  return { sizes, growth: { ours: exponent(sizes, "ours"), peer: exponent(sizes, "peer") } };
}

async function measureSize(bench, { size, file, peer }) {
  const ours = await startSide(
    process.execPath,
    [fileURLToPath(new URL("./ours.mjs", import.meta.url)), bench.name, file, String(size)],
    {},
  );
  let theirs;
  try {
    const work = [join(benchFolder, bench.folder, "theirs.py"), bench.job, file, String(size)];
    theirs = await startSide(interpreter(peer), [join(benchFolder, "lib", "theirs.py"), ...work], {
      ...pythonEnvironment,
      ...bench.environment,
    });
    const times = { ours: [], peer: [] };
    while (!enough(times.ours)) {
      const [mine, their] = [await ours.run(), await theirs.run()];
      if (JSON.stringify(mine.value) !== JSON.stringify(their.value)) {
        throw new Error(`at size ${size} we compute ${JSON.stringify(mine.value)}, the peer ${JSON.stringify(their.value)}`);
      }
      times.ours.push(mine);
      times.peer.push(their);
    }
    const side = async (running, [first, ...rest]) => ({
      milliseconds: median(rest.map(({ milliseconds }) => milliseconds)),
      processor: median(rest.map(({ processor }) => processor)),
      first: first.milliseconds,
      ...(await running.end()),
    });
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
