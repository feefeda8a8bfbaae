import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeArrow, writeCsv, writeParquet } from "@sonde/core/node";
import { exactCell } from "./cells.mjs";
import { ourTables } from "./tables.mjs";

/** How pyarrow calls our types. Where a format has no nesting, nested cells are JSON. */
const arrowTypes = {
  ...Object.fromEntries(["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"].map((name) => [name, name])),
  ...{ time: "timestamp[ns, tz=UTC]", float32: "float", float64: "double", bool: "bool", text: "string", bytes: "binary" },
  ...{ waveform: "fixed_size_list<item: float not null>[3]", list: "list<item: double>", texts: "list<item: string>" },
  ...{ record: "struct<x: double not null, name: string>", only_nulls: "double" },
};
const typeOf = (name) => arrowTypes[name] ?? arrowTypes[name.replace("nullable_", "")];
const nestedColumns = ["waveform", "list", "texts", "record"];

export async function suite(context) {
  await readOurs(context);
  const theirs = await context.cases.succeed("Arrow IPC can be read", () => import("./read-theirs.mjs"));
  await theirs?.readTheirs(context);
  const served = await context.cases.succeed("a server can be started", () => import("./served.mjs"));
  await served?.readServed(context);
}

async function readOurs({ cases, python, scratch }) {
  const written = [];
  for (const [name, { table, cells }] of Object.entries(ourTables())) {
    const put = async (format, write) => {
      const file = join(scratch, `${name}.${format}`);
      await cases.succeed(`${format} of ${name} is written`, () => write(file));
      written.push({ name, cells, table, file, format });
    };
    await put("parquet", (file) => writeParquet(table, file, { rowGroupRows: 400 }));
    await put("file", (file) => writeArrow(table, file));
    await put("stream", (file) => writeArrow(table, file, { format: "stream" }));
    if (name === "plain columns" || name === "times alone") await put("csv", (file) => writeCsv(table, file));
  }
  const requests = join(scratch, "requests.json");
  writeFileSync(requests, JSON.stringify(written.map(({ file, format }) => ({ file, format }))));
  const found = await python("read.py", requests);
  for (const [k, { name, cells, table, format }] of written.entries())
    compareTable(cases, `${format} of ${name}`, { cells, table, format }, found[k]);
}

function compareTable(cases, label, { cells, table, format }, found) {
  if (found.error !== undefined) return cases.differ(`${label} is read`, found.error);
  cases.equal(`${label}, names of columns`, Object.keys(cells), Object.keys(found.cells));
  const json = (name) => format === "parquet" && nestedColumns.includes(name);
  for (const [name, column] of Object.entries(cells)) {
    const theirs = json(name) ? found.cells[name]?.map((cell) => cell && parsed(cell)) : found.cells[name];
    const ours = json(name) ? column.map((cell) => cell && JSON.parse(JSON.stringify(plainJson(cell)))) : column.map(exactCell);
    cases.equal(`${label}, cells of ${name}`, ours, theirs);
    // CSV holds bytes as base64.
    const inText = format === "csv" && typeOf(name) === "binary";
    if (!json(name)) cases.equal(`${label}, type of ${name}`, inText ? "string" : typeOf(name), found.types[name]);
  }
  if (format === "csv") return;
  if (format === "parquet") cases.equal(`${label}, statistics`, [], found.statistics);
  const { metadata, fields } = table.schema;
  const said = Object.fromEntries(
    fields.filter((field) => field.metadata.size > 0).map((field) => [field.name, Object.fromEntries(field.metadata)]),
  );
  const nullable = Object.fromEntries(fields.map((field) => [field.name, field.nullable]));
  cases.equal(`${label}, which columns may be null`, nullable, found.nullable);
  const { "sonde:fields": inParquet, ...ofSchema } = found.metadata;
  cases.equal(`${label}, metadata of the schema`, Object.fromEntries(metadata), ofSchema);
  const theirs =
    format === "parquet"
      ? JSON.parse(inParquet ?? "{}")
      : Object.fromEntries(Object.entries(found.fields).filter(([, entries]) => Object.keys(entries).length > 0));
  cases.equal(`${label}, metadata of the fields`, said, theirs);
}

const plainJson = (cell) => (ArrayBuffer.isView(cell) ? Array.from(cell) : cell);
/** JSON columns come as text or, without that type, as bytes. */
const parsed = (cell) => JSON.parse(typeof cell === "string" ? cell : Buffer.from(cell.bytes, "hex").toString("utf8"));
