import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { format } from "node:util";
import { expect, test } from "vitest";
import { tutorial } from "../examples/tutorial.js";
import { fixturePath, tutorialFile } from "./support/fixture.js";

const example = (name: string) => fileURLToPath(new URL(`../examples/${name}`, import.meta.url));

test("reads all that the tutorial reads, and prints it", async () => {
  const path = fixturePath(tutorialFile);
  const lines: string[] = [];
  await tutorial(path, (...values) => lines.push(format(...values)));
  const text = lines.map((line) => `${line}\n`.replaceAll(path, tutorialFile).replace(/[ ]+$/gm, "")).join("");
  await expect(text).toMatchFileSnapshot(example("tutorial.txt"));
});

/** The statements of the tutorial in Python, and those of the example. */
const pairs: readonly (readonly [python: readonly string[], typescript: readonly string[]])[] = [
  [["recording_view = recording.open()"], ["view = await openRecording(path);"]],
  [["print(recording_view, '\\n')"], ['log(view, "\\n");']],
  [["print(recording_view.data_streams, '\\n')"], ['log(view.dataStreams, "\\n");']],
  [
    ["print(recording_view.data_streams.example_data_stream.attributes, '\\n')"],
    ['log(view.dataStreams.get("example_data_stream").attributes, "\\n");'],
  ],
  [["data_stream = recording_view.data_streams.example_data_stream"], ['stream = view.dataStreams.get("example_data_stream");']],
  [
    ['print(f"There are {len(data_stream)} entries in example_data_stream.")'],
    [`log(\`There are \${stream.size} entries in example_data_stream.\`);`],
  ],
  [
    ["for timestamp, data in data_stream.items():", "    print('\\n', timestamp, data)"],
    ["for await (const [tick, data] of stream.entries()) log(tick, data);"],
  ],
  [["for timestamp in data_stream.keys():", "    print('\\n', timestamp)"], ["for await (const tick of stream.keys()) log(tick);"]],
  [["for data in data_stream.values():", "    print('\\n', data)"], ["for await (const data of stream.values()) log(data);"]],
  [
    ["for timestamp in data_stream.keys():", "    data = data_stream[timestamp]", "    print('\\n', timestamp, data)"],
    ["for await (const tick of stream.keys()) log(tick, await stream.get(tick));"],
  ],
  [
    [
      "timestamps       = [timestamp for timestamp in data_stream.keys()]",
      "second_timestamp = timestamps[1]",
      "last_timestamp   = timestamps[-1]",
    ],
    ["second = await stream.keys().at(1);", "last = (await stream.keys().at(-1)) ?? 0n;"],
  ],
  [
    ["for timestamp, data in data_stream.items_for_range(second_timestamp, last_timestamp):", "    print('\\n', timestamp, data)"],
    ["for await (const [tick, data] of stream.entries({ from: second, to: last })) log(tick, data);"],
  ],
  [
    ["for timestamp in data_stream.keys_for_range(second_timestamp, last_timestamp + 1):", "    print('\\n', timestamp)"],
    ["for await (const tick of stream.keys({ from: second, to: last + 1n })) log(tick);"],
  ],
  [
    ["for data in data_stream.values_for_range(second_timestamp, last_timestamp + 1):", "    print('\\n', data)"],
    ["for await (const data of stream.values({ from: second, to: last + 1n })) log(data);"],
  ],
  [
    ["print(f\"The value of the data stream attribute 'score' is '{data_stream.attributes.application['score']}'.\")"],
    [`log(\`The value of the data stream attribute 'score' is '\${stream.attributes.application.score}'.\`);`],
  ],
  [
    [
      "raw_data_stream = recording_view.file.root.data_stream.example_data_stream",
      "for row in raw_data_stream.index:",
      "    timestamp, start_index, end_index = row['timestamp'], row['start_index'], row['end_index']",
      "    print('\\n', timestamp, start_index, end_index)",
      "for row in raw_data_stream.index:",
      "    timestamp, start_index, end_index = row[0], row[1], row[2]",
      "    data_bytes = raw_data_stream.data[start_index:end_index]",
      "    print('\\n', timestamp, data_bytes)",
    ],
    [
      'index = await view.file.dataset("/data_stream/example_data_stream/index");',
      'rows = await index.fields({ names: ["timestamp", "start_index", "end_index"] });',
      "for (const row of rows.timestamp.keys()) log(rows.timestamp[row], rows.start_index[row], rows.end_index[row]);",
      "for await (const { tick, bytes } of stream) log(tick, bytes);",
    ],
  ],
  [
    [
      "for row in raw_data_stream.index:",
      "    timestamp, start_index, end_index = row[0], row[1], row[2]",
      "    data_bytes = raw_data_stream.data[start_index:end_index]",
      "    data = msgpack.unpackb(data_bytes, object_hook=msgpack_numpy.decode)",
      "print('\\n', timestamp, data, f\"\\n  ({type(data)}\")",
    ],
    [`for await (const { tick, value } of stream) log(tick, value, \`(\${value?.constructor.name})\`);`],
  ],
];

test("takes no more to write than Python does", () => {
  const source = readFileSync(example("tutorial.ts"), "utf8");
  const length = (lines: readonly string[]) => lines.reduce((total, line) => total + line.length, 0);
  for (const [python, typescript] of pairs) {
    for (const line of typescript) expect(source).toContain(line);
    // `const` is of the language.
    expect(length(typescript), typescript.join("\n")).toBeLessThanOrEqual(length(python));
  }
});
