import { sondeError } from "@sonde/core/bytes";

export type KeyParts = {
  readonly topicsDir: string;
  readonly topic: string;
  /** Of the record's timestamp: chooses the folder. */
  readonly time: bigint;
  readonly partition: number;
  /** Of the file's first record. */
  readonly offset: number;
};

const hour = 3_600_000_000_000n;

/** The number of the hour, UTC, whose folder a record goes to. */
export function hourOf(time: bigint): bigint {
  const rest = time % hour;
  return (rest < 0n ? time - rest - hour : time - rest) / hour;
}

/**
 * The key of a file as the sink for S3 names it, partitioned by hour:
 * `topics/<topic>/year=YYYY/month=MM/day=dd/hour=HH/<topic>+<partition>+<offset, ten digits>.snappy.parquet`.
 */
export function fileKey({ topicsDir, topic, time, partition, offset }: KeyParts): string {
  const date = new Date(Number(hourOf(time)) * 3_600_000);
  const folder = [
    topicsDir,
    topic,
    `year=${String(date.getUTCFullYear()).padStart(4, "0")}`,
    `month=${two(date.getUTCMonth() + 1)}`,
    `day=${two(date.getUTCDate())}`,
    `hour=${two(date.getUTCHours())}`,
  ];
  const name = `${topic}+${partition}+${String(offset).padStart(10, "0")}.snappy.parquet`;
  return [...folder.filter((segment) => segment !== ""), name].join("/");
}

/** Kafka's legal names: anything else could mean another folder. */
export function checkTopic(topic: string): void {
  if (/^[A-Za-z0-9._-]{1,249}$/.test(topic) && topic !== "." && topic !== "..") return;
  throw sondeError("options", `'${topic}' is no name of a topic: letters, digits, '.', '_' and '-', at most 249`, {
    issues: [{ path: "topic", message: "is no name of a topic" }],
  });
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
