/** What the sink says of a file in its name. */
export type FileName = {
  /** Kafka's partition, and the offset of the first record. Absent in names that others made. */
  readonly partition?: number;
  readonly offset?: bigint;
};

/** Topics may hold "+" themselves, so that names are read from their end (Confluent S3 sink, `TopicPartitionWriter`). */
const sinkName = /\+(\d{1,9})\+(\d{1,19})((?:\.[A-Za-z0-9]+)*)\.parquet$/;

/**
 * Reads `<topic>+<partition>+<offset>[.<codec>].parquet`. Any other Parquet file is one too, without a place in Kafka's log; undefined for what
 * is none, and for the files of keys and headers that the sink may store beside the values.
 */
export function readFileName(name: string): FileName | undefined {
  if (!name.endsWith(".parquet")) return undefined;
  const match = sinkName.exec(name);
  if (/\.(keys|headers)\./.test(match?.[3] === undefined ? name : `${match[3]}.`)) return undefined;
  if (match === null) return {};
  return { partition: Number(match[1]), offset: BigInt(match[2] ?? "0") };
}
