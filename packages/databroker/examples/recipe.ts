/**
 * The beamline scientist's recipe, "Retrieve metadata, tabular data, and image data", step by step. The runs are `scan([det], motor, -10, 10, 15)`
 * and three shots of a camera, as Bluesky recorded them. What it prints is in recipe.txt.
 */
import { printTable, summarize } from "@sonde/core";
import { openCatalog, runsTable } from "@sonde/databroker";

export async function recipe(path: string, log: (...values: unknown[]) => void = console.log): Promise<void> {
  await using db = await openCatalog(path);

  // db[uid]: the beginning of it is enough; db[-1] is the newest, db[-2:] the last two.
  const h = await db.run("a34beae7");
  log(h);
  log(h.start.detectors);
  const newest = await db.run(-1);
  const lastTwo = await db.slice(-2);

  // General purpose: events, one by one as they are read.
  for await (const event of h.events()) log(event.seqNum, event.data.det);

  // A table, one of its columns, and its statistics.
  const table = await h.table();
  log(table);
  log(table.getChild("det")?.toArray());
  log(printTable(summarize(table), { width: 200 }));

  // Narrowed, which is faster; several runs as one table.
  log(await h.table({ columns: ["det"] }));
  log(await runsTable(lastTwo, { columns: ["det|image"] }));

  // Images: which fields are, their shape first, then a frame.
  const fields = await newest.fields();
  log(fields.filter((field) => field.image).map((field) => field.name));
  const images = newest.images("image");
  const first = await images.at(0);
  log(await images.length(), "frames of", first.shape, first.data.constructor.name);
  log(picture(first));
  for await (const image of images) log(image.time, brightest(image));
}

type Image = { readonly shape: readonly number[]; readonly data: ArrayLike<number | bigint> };
const numbers = ({ data }: Image): number[] => Array.from(data, Number);

/** An image as text: a character for two rows and one column, brighter to the right. */
function picture(image: Image): string {
  const [height = 0, width = 0] = image.shape;
  const pixels = numbers(image);
  const most = Math.max(...pixels);
  const shade = (pixel: number) => " .:-=+*#%@".charAt(Math.round((9 * pixel) / most));
  const rows = Array.from({ length: height / 2 }, (_, row) => pixels.slice(2 * row * width, (2 * row + 1) * width));
  return rows.map((row) => row.map(shade).join("").trimEnd()).join("\n");
}

function brightest(image: Image): string {
  const pixels = numbers(image);
  const at = pixels.indexOf(Math.max(...pixels));
  const [, width = 1] = image.shape;
  return `${pixels[at]} counts at row ${Math.floor(at / width)}, column ${at % width}`;
}
