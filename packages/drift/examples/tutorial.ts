import { printTable } from "@sonde/core";
import { chunksOf } from "@sonde/core/connector";
import { type ConnectOptions, connect, toJpeg } from "@sonde/drift";

/** What a Drift device keeps, and how to take it away. Without `password` it is DRIFT_PASSWORD. */
export async function tutorial(options: ConnectOptions, log: (...values: unknown[]) => void = console.log): Promise<void> {
  await using device = await connect(options);
  for (const { name, kind } of await device.topics()) log(name, "holds", kind);

  const names = await device.packageNames("acc-5", { last: "5s" }).toArray();
  log(`Found ${names.length} packages`, names);
  const pkg = await device.package(names[0] ?? "");
  log(`Downloaded package id=${pkg.id} status=${pkg.status.name}`);

  const picture = await device.latest("camera");
  if (picture === undefined) return;
  log(String(picture.buffer));
  const pic = picture.buffer.compose({ scale: 1 });
  log("Scaled image", pic.shape);
  const jpeg = await toJpeg(pic, { quality: 0.9 });
  log(`JPEG of ${jpeg.length} bytes`);

  log(pkg.buffer.summary());
  log("Scaled size", pkg.buffer.compose({ scale: 7 }).shape);
  const { values, scale, gaps } = await device.signal("acc-5", { last: "5s", maxPoints: 1000 });
  log(`Five seconds are ${values.length} values at scale ${scale}, with ${gaps.length} gaps`);

  log(printTable(await device.metrics("energy-distr-1", { last: "3s" })));
  const fields = ["d1", "d2", "d3", "d4", "d5", "d6"];
  const energies = await device.metrics("energy-distr-1", { last: "5s", fields });
  for (const field of fields) log(field, "#".repeat(Math.round(Number(chunksOf(energies, field)[0]?.values[0] ?? 0))));
}
