import { descriptionSchema, streamSchema } from "@sonde/core/schema";
import { describe, expect, test } from "vitest";
import { sonde, workspace } from "./support/command.js";

const place = workspace();

describe("sonde info", () => {
  test("tells what a source says of itself", async () => {
    const { code, out } = await sonde(["info", place.archive]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      address: place.archive,
      connector: "lab",
      abilities: [],
      info: { version: "1.2", limit: String(2n ** 60n) },
    });
    expect((await sonde(["info", place.archive], { tty: "stdout" })).out).toBe(
      `${place.archive} · lab\nversion  1.2\nlimit  1152921504606846976\n`,
    );
  });

  test("tells columns with units and roles, extent, clock and accuracy of a stream to a person", async () => {
    const { code, out } = await sonde(["info", `${place.archive}:numbers`], { tty: "stdout", width: 200 });
    expect(code).toBe(0);
    expect(out).toBe(`numbers
kind      series
rows      1,000
first     2020-09-13T12:26:40.000000001Z
last      2020-09-13T12:26:40.999000001Z
rate      1000/s
clock     1,000 ticks a second, tick 0 at 2020-09-13T12:26:40.000000001Z
accuracy  times are within 1us of the truth

column  type                        unit  role      description
time    Timestamp<NANOSECOND, UTC>        time
value   Float64                     V     quantity  What the probe feels
count   Int64
note    Utf8 or null

metadata
place  bench
limit  1152921504606846976
nested
  deep  [1, 2]
`);
  });

  test("tells it to a program by the published schemas", async () => {
    const { out } = await sonde(["info", `${place.archive}:numbers`]);
    const told = JSON.parse(out);
    expect(streamSchema.parse(told)).toMatchObject({ id: "numbers", kind: "series" });
    expect(descriptionSchema.parse(told.known)).toMatchObject({ rows: 1000, accuracy: 1000n, clock: { ticks: 1000n } });
  });

  test("says which streams there are when there is no such one", async () => {
    const { code, err } = await sonde(["info", `${place.archive}:number`]);
    expect(code).toBe(3);
    expect(err).toContain("no stream 'number': there are numbers, empty");
  });
});
