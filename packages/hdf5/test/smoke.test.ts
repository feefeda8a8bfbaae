import { fromFile } from "@sonde/core/bytes";
import { test } from "vitest";
import { openHdf5 } from "../src/index.js";

const root = "/work/shared/data/cl/";
test("smoke", async () => {
  for (const input of [root + "sdk100_full.h5", await fromFile(root + "sdk100_full.h5")]) {
    const t = performance.now();
    const f = await openHdf5(input);
    console.log("open", performance.now() - t, f.byteSize);
    console.log(await f.children());
    const a = await f.attributes("/");
    console.log([...a.values()].map((x) => [x.name, x.type.kind, x.value, x.error]));
    const s = await f.dataset("/samples");
    console.log(s.shape, s.maxShape, s.chunks, s.type, s.filters);
    console.log(await s.read({ rows: { start: 0, end: 2 }, columns: [{ start: 0, end: 4 }] }));
    const sp = await f.dataset("/spikes");
    console.log(sp.type);
    const c = await sp.fields({ names: ["timestamp", "channel"] });
    console.log(c.timestamp, c.channel);
    for await (const b of s.blocks({ blockRows: 1000 })) console.log(b.rows, b.values.length);
    for await (const n of f.walk()) console.log(n.path, n.kind);
    await f.close();
    console.log("closed", performance.now() - t);
  }
});
