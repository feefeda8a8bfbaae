import { encode, Float, ndArray } from "@sonde/msgpack-numpy";
import type { DocumentPair, Event, EventDescriptor } from "../event-model/documents.js";
import { recordOf } from "../event-model/own.js";
import { datumPageOf, eventPageOf } from "../event-model/pages.js";
import type { AssetArray } from "../handlers/types.js";
import { jsonText, plainOf } from "./plain.js";

export type FileFormat = "msgpack" | "jsonl";

/**
 * Documents as suitcase writes them: msgpack with pages of one event, JSONL with events as they are. What a data key calls a number is
 * written as a float, also where it is whole, since `1` and `1.0` are one number in JavaScript and two types in a table.
 */
export class DocumentEncoder {
  readonly #format: FileFormat;
  /** Data keys that hold floats, by descriptor. */
  readonly #floats = new Map<string, ReadonlySet<string>>();

  constructor(format: FileFormat) {
    this.#format = format;
  }

  encode(pair: DocumentPair): Uint8Array {
    const [name, document] = this.#asWritten(pair);
    if (this.#format === "msgpack") return encode([name, document]);
    return text.encode(`[${jsonText(name)}, ${jsonText(plainOf(document, true))}]\n`);
  }

  #asWritten(pair: DocumentPair): readonly [name: string, document: unknown] {
    const [name, document] = pair;
    switch (name) {
      case "start":
      case "stop":
        return [name, { ...document, time: new Float(document.time) }];
      case "descriptor":
        this.learn(document);
        return [name, { ...document, time: new Float(document.time), ...configurationOf(document) }];
      case "event": {
        const event = this.#event(document);
        // The page holds the marked floats as it would hold numbers.
        return this.#format === "msgpack" ? ["event_page", eventPageOf([event as unknown as Event])] : [name, event];
      }
      case "datum":
        return this.#format === "msgpack" ? ["datum_page", datumPageOf([document])] : [name, document];
      default:
        return pair;
    }
  }

  /** Of a descriptor that is written already. */
  learn({ uid, data_keys }: EventDescriptor): void {
    this.#floats.set(uid, new Set(Object.entries(data_keys).flatMap(([key, { dtype }]) => (dtype === "number" ? [key] : []))));
  }

  #event(event: Event): Record<string, unknown> {
    const floats = this.#floats.get(event.descriptor);
    return {
      ...event,
      time: new Float(event.time),
      data: recordOf(Object.entries(event.data).map(([key, value]) => [key, floats?.has(key) ? floatOf(value) : written(value)])),
      timestamps: recordOf(Object.entries(event.timestamps ?? {}).map(([key, value]) => [key, floatOf(value)])),
    };
  }
}

const text = new TextEncoder();
const floatOf = (value: unknown): unknown => (typeof value === "number" ? new Float(value) : written(value));

/** What was filled in becomes an array of NumPy. */
function written(value: unknown): unknown {
  return isAssetArray(value) ? ndArray(value.data, { shape: value.shape }) : value;
}

export function isAssetArray(value: unknown): value is AssetArray {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, "data") || !Object.hasOwn(value, "shape")) return false;
  const { data, shape } = value as { readonly data: unknown; readonly shape: unknown }; // own properties, as just seen
  return ArrayBuffer.isView(data) && Array.isArray(shape);
}

/** Configuration values that their data keys call numbers, as floats; timestamps too. */
function configurationOf({ configuration }: EventDescriptor): Pick<EventDescriptor, "configuration"> {
  if (configuration === undefined) return {};
  const devices = Object.entries(configuration).map(([device, entry]) => {
    const data = Object.entries(entry.data ?? {}).map(([key, value]) => {
      const keys = entry.data_keys;
      const isFloat = keys !== undefined && Object.hasOwn(keys, key) && keys[key]?.dtype === "number";
      return [key, isFloat ? floatOf(value) : value] as const;
    });
    const timestamps = Object.entries(entry.timestamps ?? {}).map(([key, value]) => [key, floatOf(value)] as const);
    return [device, { ...entry, data: recordOf(data), timestamps: recordOf(timestamps) }] as const;
  });
  return { configuration: recordOf(devices) };
}
