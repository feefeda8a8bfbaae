import { packageTests } from "../lib/package-tests.mjs";
import { readRecording } from "./read.mjs";
import { recordSessions } from "./session.mjs";
import { writeRecordings } from "./write.mjs";

export async function suite(context) {
  const { cases, python, scratch } = context;
  const sessions = await recordSessions(scratch);
  const files = { ...(await python("record.py", scratch)), ...(await writeRecordings(scratch)), ...sessions.files };
  const views = await python("view.py", ...Object.values(files));
  for (const [k, [name, path]] of Object.entries(files).entries()) {
    if (views[k].error === undefined) await compareViews(cases, name, path, views[k]);
    else cases.differ(`${name}: is opened by RecordingView`, views[k].error);
    for (const [stream, entries] of Object.entries(sessions.given[name] ?? {})) compareGiven(cases, name, entries, stream, views[k]);
  }
  const killed = views[Object.keys(files).indexOf("by a session that was killed")].streams?.count.values.length ?? 0;
  cases.equal("by a session that was killed: holds the thousand entries that were flushed", killed >= 1000, true);
  await packageTests(context, { name: "cl-recordings", pattern: "sdk", variable: "SONDE_CL_SDK_PYTHON" });
}

/** What was given to a session is what RecordingView finds. */
function compareGiven(cases, label, entries, name, { streams }) {
  const stream = streams?.[name];
  cases.equal(
    `${label}: ticks of data stream '${name}' as given`,
    stream?.keys,
    entries.map(([tick]) => tick),
  );
  for (const [k, [, value]] of entries.entries()) cases.equal(`${label}: '${name}', entry ${k} as given`, stream?.values[k], value);
}

/** Every attribute, table and entry of one file: what RecordingView found, and what we read. */
async function compareViews(cases, label, path, theirs) {
  const ours = await cases.succeed(`${label}: opens and is read`, () => readRecording(path, theirs));
  if (ours === undefined) return;
  cases.equal(`${label}: names of attributes`, Object.keys(ours.attributes).sort(), Object.keys(theirs.attributes).sort());
  for (const [name, value] of Object.entries(theirs.attributes)) cases.equal(`${label}: attribute ${name}`, ours.attributes[name], value);
  for (const table of ["samples", "spikes", "stims"]) {
    for (const part of Object.keys(theirs[table] ?? { recorded: null })) {
      cases.equal(`${label}: ${table}, ${part}`, ours[table]?.[part] ?? null, theirs[table]?.[part] ?? null);
    }
  }
  const streams = theirs.streams ?? {};
  cases.equal(`${label}: names of data streams`, Object.keys(ours.streams).sort(), Object.keys(streams).sort());
  for (const [name, stream] of Object.entries(streams)) {
    const mine = ours.streams[name] ?? {};
    for (const part of ["attributes", "keys", "range", "keys of range", "values of range"]) {
      cases.equal(`${label}: ${part} of data stream '${name}'`, mine[part], stream[part]);
    }
    for (const [k, value] of stream.values.entries()) cases.equal(`${label}: '${name}', entry ${k}`, mine.values?.[k], value);
  }
}
