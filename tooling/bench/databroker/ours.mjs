import { join } from "node:path";
import { openCatalog } from "@sonde/databroker";

const opened = async (folder, work) => {
  const catalog = await openCatalog(folder);
  try {
    return await work(await catalog.run(-1));
  } finally {
    await catalog.close();
  }
};

function summary(table) {
  const names = table.schema.fields.map(({ name }) => name).filter((name) => name !== "time" && name !== "seq_num");
  const ends = names.map((name) => {
    const column = table.getChild(name);
    return [column.get(0), column.get(table.numRows - 1)];
  });
  return [table.numRows, ends];
}

const table = (kind, options) => (path) => opened(join(path, kind), async (run) => summary(await run.table(options)));

export const tableMsgpack = table("run", {});
export const tableJsonl = table("jsonl", {});
export const columnMsgpack = table("run", { columns: ["column3"] });
export const columnJsonl = table("jsonl", { columns: ["column3"] });

export async function listing(path) {
  const catalog = await openCatalog(join(path, "list"));
  let [success, scans] = [0, 0];
  for await (const run of catalog) {
    success += run.stop?.exit_status === "success" ? 1 : 0;
    scans += run.start.plan_name === "scan" ? 1 : 0;
  }
  return [success, scans];
}

export function events(path) {
  return opened(join(path, "run"), async (run) => {
    let [count, total] = [0, 0];
    for await (const event of run.events()) {
      count++;
      total += event.seqNum;
    }
    return [count, total];
  });
}
