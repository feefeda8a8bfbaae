import { connect } from "@sonde/drift";

export async function walk(path) {
  const device = await connect({ path });
  let total = 0;
  for await (const { id, status } of device.packages("acc-5")) total += Number(id % 100_000n) + status.code;
  await device.close();
  return total;
}

export async function values(path) {
  const device = await connect({ path });
  let total = 0;
  for await (const pkg of device.packages("acc-5")) total += pkg.signal({ scale: 3 }).values.length;
  await device.close();
  return total;
}
