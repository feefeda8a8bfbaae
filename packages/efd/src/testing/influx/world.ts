import { type FieldValue, type Point, parseLines } from "./line-protocol.js";

/** The points of a measurement by time, then by tags; one for each time and set of tags. */
export type Measurement = { readonly points: Map<string, Point>; readonly types: Map<string, string> };

/** Databases in memory. */
export class World {
  readonly databases = new Map<string, Map<string, Measurement>>();

  /** What is written twice is merged, as the database has it. */
  write(database: string, lines: string, now: () => bigint): void {
    const measurements = this.database(database);
    for (const point of parseLines(lines, now)) {
      let measurement = measurements.get(point.measurement);
      if (measurement === undefined) measurements.set(point.measurement, (measurement = { points: new Map(), types: new Map() }));
      for (const [name, value] of point.fields) if (!measurement.types.has(name)) measurement.types.set(name, typeOf(value));
      const key = `${point.time} ${JSON.stringify([...point.tags])}`;
      const known = measurement.points.get(key);
      measurement.points.set(key, known === undefined ? point : { ...point, fields: new Map([...known.fields, ...point.fields]) });
    }
  }

  database(name: string): Map<string, Measurement> {
    let found = this.databases.get(name);
    if (found === undefined) this.databases.set(name, (found = new Map()));
    return found;
  }
}

/** In order of time. */
export function pointsOf(measurement: Measurement): readonly Point[] {
  return [...measurement.points.values()].sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}

export function tagKeys(measurement: Measurement): readonly string[] {
  return [...new Set([...measurement.points.values()].flatMap(({ tags }) => [...tags.keys()]))].sort();
}

function typeOf(value: FieldValue): string {
  return typeof value === "number" ? "float" : typeof value === "bigint" ? "integer" : typeof value;
}
