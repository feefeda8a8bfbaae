import { readFileSync } from "node:fs";
import { join } from "node:path";
import { assetContexts } from "../../src/assets/contexts.js";
import { builtInHandlers, builtInStreamHandlers } from "../../src/assets/index.js";
import { openLocalFile } from "../../src/assets/local-file.node.js";
import type { DataKey } from "../../src/event-model/data-key.js";
import type { Resource, StreamResource } from "../../src/event-model/documents.js";
import type { AssetArray, AssetReader, AssetReadOptions, StreamAssetReader } from "../../src/handlers/types.js";

export const folder = join(import.meta.dirname, "../fixtures/assets");
export const never = new AbortController().signal;

type Made = { readonly [name: string]: { readonly shape: readonly number[]; readonly dtype: string } };
/** What the generator wrote, by kind and file. */
export const made = JSON.parse(readFileSync(join(folder, "made.json"), "utf8")) as { readonly npy: Made; readonly tiff: Made };

/** Value k of every file is k * 37 % 251, as its type holds it. */
export function expected(shape: readonly number[], dtype: string, add = 0): number[] {
  const count = shape.reduce((all, length) => all * length, 1);
  return Array.from({ length: count }, (_, k) => {
    const value = ((k * 37) % 251) + add;
    if (dtype.endsWith("b1")) return value === 0 ? 0 : 1;
    return dtype.endsWith("i1") ? (value << 24) >> 24 : value;
  });
}

export const numbers = ({ data }: AssetArray): number[] => Array.from(data as ArrayLike<number | bigint>, Number);

/** The values of a slice of an array that is at hand, one index after the other. */
export function sliced(values: readonly number[], shape: readonly number[], slice: readonly (readonly [number, number])[]): number[] {
  const [length, ...rest] = shape;
  if (length === undefined) return [...values];
  const each = values.length / (length || 1);
  const [range = [0, length], ...inner] = slice;
  const result: number[] = [];
  for (let k = range[0]; k < range[1]; k++) result.push(...sliced(values.slice(k * each, (k + 1) * each), rest, inner));
  return result;
}

export const warnings: string[] = [];

export function contextOf(resource: Resource | StreamResource, dataKey?: DataKey) {
  const context = assetContexts({ rootMap: { "/beamline": folder }, onWarning: (message) => warnings.push(message) }, openLocalFile);
  return context(resource, dataKey);
}

export function resourceOf(spec: string, resourcePath: string, kwargs: Readonly<Record<string, unknown>> = {}): Resource {
  return { uid: `resource of ${spec}`, spec, root: "/beamline", resource_path: resourcePath, resource_kwargs: { ...kwargs } };
}

export async function openResource(resource: Resource, dataKey?: DataKey): Promise<AssetReader> {
  const handler = builtInHandlers.find(({ spec }) => spec === resource.spec)!;
  return handler.open(resource, contextOf(resource, dataKey), { signal: never });
}

export async function openStream(resource: StreamResource, dataKey?: DataKey): Promise<StreamAssetReader> {
  const handler = builtInStreamHandlers.find(({ mimetype }) => mimetype === resource.mimetype)!;
  return handler.open(resource, contextOf(resource, dataKey), { signal: never });
}

export const call = (slice?: AssetReadOptions["slice"]): AssetReadOptions => ({ signal: never, slice });

export function keyOf(shape: readonly (number | null)[]): DataKey {
  return { dtype: "array", shape: [...shape], source: "PV:cam", external: "FILESTORE:" };
}
