import type { TimeRange } from "@sonde/core";
import type { Call } from "@sonde/core/connector";
import type { Archive, EfdFile } from "../layout/archive.js";
import { filesOf } from "../layout/files.js";

/** One folder of a topic. */
export type EfdHour = {
  /** When its records were produced, half open: an hour, or what `pathFormat` says. */
  readonly filed: TimeRange;
  readonly files: readonly EfdFile[];
  readonly bytes: number;
  /**
   * Whether one of Kafka's partitions has fewer files than the sink's rotation makes of a whole hour: it began or ended within, is not written to its
   * end yet, or is a file short.
   */
  readonly incomplete: boolean;
};

/** The folders that can hold rows of a range, by one listing. */
export async function* hoursOf(
  archive: Archive,
  topic: string,
  range: TimeRange | undefined,
  filesPerHour: number,
  call: Call,
): AsyncGenerator<EfdHour, void, undefined> {
  let files: EfdFile[] = [];
  for await (const file of filesOf(archive, topic, range, call)) {
    const [first] = files;
    if (first !== undefined && first.filed.start !== file.filed.start) {
      yield hourOf(files, first.filed, filesPerHour);
      files = [];
    }
    files.push(file);
  }
  const [first] = files;
  if (first !== undefined) yield hourOf(files, first.filed, filesPerHour);
}

function hourOf(files: readonly EfdFile[], filed: TimeRange, filesPerHour: number): EfdHour {
  const counts = new Map<number | undefined, number>();
  for (const { partition } of files) counts.set(partition, (counts.get(partition) ?? 0) + 1);
  const whole = (filesPerHour * Number((filed.end - filed.start) / 1_000_000_000n)) / 3600;
  const incomplete = [...counts.values()].some((count) => count < whole);
  return { filed, files, bytes: files.reduce((sum, { size }) => sum + size, 0), incomplete };
}
