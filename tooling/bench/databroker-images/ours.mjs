import { basename, dirname } from "node:path";
import { memoryCatalog } from "@sonde/databroker";
import { composeRun } from "@sonde/databroker/event-model";

/** The documents of a run of one image an event, in the file at `path`. */
function documentsOf(path, size) {
  const documents = [];
  const run = composeRun({ metadata: { plan_name: "count" }, time: 1_700_000_000, onDocument: (pair) => documents.push(pair) });
  const stream = run.descriptor({
    name: "primary",
    data_keys: { cam: { dtype: "array", shape: [1, 1024, 1024], source: "SIM", external: "FILESTORE:" } },
  });
  const resource = run.resource({ spec: "AD_HDF5", root: dirname(path), resource_path: basename(path), resource_kwargs: {} });
  for (let index = 0; index < size; index++) {
    stream.event({ data: { cam: resource.datum({ point_number: index }).datum_id }, time: 1_700_000_001 + index });
  }
  run.stop();
  return documents;
}

export async function images(path, size) {
  const catalog = memoryCatalog(documentsOf(path, size), { roots: [dirname(path)] });
  const run = await catalog.run(-1);
  let total = 0;
  for await (const { data, shape } of run.images("cam")) {
    for (let at = 0; at < data.length; at += shape[1] + 1) total += data[at];
  }
  await catalog.close();
  return total;
}
