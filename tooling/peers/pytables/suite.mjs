import { join } from "node:path";
import { openHdf5 } from "@sonde/hdf5";
import { digest, hex, number } from "../lib/exact.mjs";
import { packageTests } from "../lib/package-tests.mjs";
import { writeOurs } from "./write.mjs";

export async function suite(context) {
  await readTheirs(context);
  await readOurs(context);
  for (const name of ["hdf5", "cl-recordings"]) await packageTests(context, { name, pattern: "pytables", variable: "SONDE_PYTHON" });
}

async function readTheirs({ cases, python, scratch }) {
  const made = await python("make.py", scratch);
  for (const [writer, { file, datasets, attributes }] of Object.entries(made)) {
    const opened = await openHdf5(join(scratch, file));
    try {
      for (const expected of datasets) await compareDataset(cases, `${writer}, ${expected.path}`, opened, expected);
      for (const { path, name, value } of attributes) {
        await cases.compare(
          `${writer}, ${path}, attribute ${name}`,
          async () => attributeValue((await opened.attributes(path)).get(name)),
          value,
        );
      }
    } finally {
      await opened.close();
    }
  }
}

async function compareDataset(cases, label, file, { path, ...expected }) {
  const dataset = await cases.succeed(`${label} opens`, () => file.dataset(path));
  if (dataset === undefined) return;
  cases.equal(`${label}, shape`, { shape: dataset.shape, chunks: dataset.chunks }, { shape: expected.shape, chunks: expected.chunks });
  if (expected.strings !== undefined) return cases.compare(`${label}, strings`, () => dataset.strings(), expected.strings);
  await cases.compare(`${label}, bytes`, async () => digest(await dataset.bytes()), expected.bytes);
  if (expected.values !== undefined)
    await cases.compare(`${label}, values`, async () => valuesDigest(await dataset.read()), expected.values);
  for (const [rows, values] of Object.entries(expected.rows ?? {})) {
    const [start, end] = rows.split(":").map(Number);
    await cases.compare(`${label}, rows ${rows}`, async () => valuesDigest(await dataset.read({ rows: { start, end } })), values);
  }
  if (expected.fields === undefined) return;
  const read = async () => {
    const fields = await dataset.fields();
    const entries = Object.entries(fields).map(async ([name, values]) => [name, await fieldDigest(values)]);
    return Object.fromEntries(await Promise.all(entries));
  };
  await cases.compare(`${label}, fields`, read, expected.fields);
}

const valuesDigest = (values) => digest(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
const fieldDigest = (values) => (Array.isArray(values) ? [...values] : valuesDigest(values));

function attributeValue(attribute) {
  if (attribute === undefined) throw new Error("is not there");
  if (attribute.error !== undefined) throw attribute.error;
  const { value } = attribute;
  if (value === undefined) return { bytes: hex(attribute.bytes) };
  if (value === null || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return number(value);
  return Array.from(value, (item) => (typeof item === "string" ? item : number(item)));
}

async function readOurs({ cases, python, scratch }) {
  const file = join(scratch, "ours.h5");
  const { datasets, attributes } = await writeOurs(file);
  const readers = await python("read.py", file);
  for (const [reader, found] of Object.entries(readers)) {
    for (const { path, shape, type, names, bytes } of datasets) {
      cases.equal(`${reader} reads ${path}`, { shape, type, names, bytes: await digest(bytes) }, found[path]?.data);
    }
    for (const { path, name, value } of attributes)
      cases.equal(`${reader} reads attribute ${name} of ${path}`, value, found[path]?.attributes[name]);
  }
  const back = await openHdf5(file);
  try {
    for (const { path, bytes } of datasets) {
      await cases.compare(`our reader reads ${path}`, async () => digest(await (await back.dataset(path)).bytes()), await digest(bytes));
    }
  } finally {
    await back.close();
  }
}
