import { isSondeError, sondeError } from "@sonde/core";
import { mapConcurrent } from "@sonde/core/bytes";
import type { ArrayQuery, Arrays, Call, NdArray } from "@sonde/core/connector";
import { hslToRgb } from "@sonde/wavelet-buffer";
import { walked } from "../client/walk.js";
import { decodePackage } from "../package/decode.js";
import type { ComposedImage, DriftImage } from "../package/image.js";
import type { DriftPackage } from "../package/package.js";
import type { DriverContext, TopicParts } from "./context.js";
import { damageOf } from "./damage.js";
import { sliced } from "./slice.js";

/** "image", or "image0", "image1" where a package has several. */
export const imageFields = (count: number): readonly string[] =>
  count === 1 ? ["image"] : Array.from({ length: count }, (_, k) => `image${k}`);
export const refOf = (id: bigint, field: string): string => `${id}/${field}`;

/** Images as red, green and blue (or grey) from 0 to 1, `height × width × channel`; the level halves every side that many times. */
export function arraysOf({ session }: DriverContext, { topic }: TopicParts, fields: readonly string[]): Arrays {
  const array = async (pkg: DriftPackage, image: DriftImage, field: string, { level = 0, slice }: ArrayQuery): Promise<NdArray> => {
    const composed = await image.compose({ scale: level });
    const { shape, dims, data } = interleaved(composed);
    const made = { time: pkg.time, ref: refOf(pkg.id, field), field, shape, dims, level: composed.scale, data };
    return slice === undefined ? made : sliced(made, slice);
  };

  async function* ofPackage(pkg: DriftPackage, query: ArrayQuery): AsyncGenerator<NdArray> {
    if (pkg.kind !== "image") return;
    const images = pkg.images();
    for (const [index, field] of fields.entries()) {
      const image = images[index];
      if (image !== undefined && (query.field === undefined || query.field === field)) yield array(pkg, image, field, query);
    }
  }

  const byRef = async (ref: string, query: ArrayQuery, call: Call): Promise<NdArray> => {
    const none = (cause?: unknown) => sondeError("not-found", `no image '${ref}' in topic '${topic}': rows name them`, { id: ref, cause });
    const [, digits, field = ""] = /^(\d{1,18})\/(.+)$/.exec(ref) ?? [];
    const index = fields.indexOf(field);
    if (digits === undefined || index < 0 || (query.field !== undefined && query.field !== field)) throw none();
    const key = { topic, id: BigInt(digits) };
    try {
      const pkg = decodePackage(await session.packages().get(key, call), { topic, limits: session.limits });
      const image = pkg.images()[index];
      if (image === undefined) throw none();
      return await array(pkg, image, field, query);
    } catch (error) {
      throw isSondeError(error, "not-found") ? none(error) : error;
    }
  };

  return {
    async *read(query, call) {
      call.signal.throwIfAborted();
      const { field, refs, range } = query;
      if (field !== undefined && !fields.includes(field)) {
        throw sondeError("not-found", `no images '${field}' in topic '${topic}': there are ${fields.join(", ")}`, { id: field });
      }
      if (refs !== undefined) {
        yield* mapConcurrent(refs, 4, (ref, { signal }) => byRef(ref, query, { ...call, signal }), call);
        return;
      }
      if (range !== undefined && range.start >= range.end) return;
      const problems = [];
      for await (const step of walked(session, topic, { range, concurrency: 2 }, call)) {
        if (step.problem !== undefined) problems.push(step.problem);
        else yield* ofPackage(step.package, query);
      }
      const damage = damageOf(problems, session.options.badPackages);
      if (damage !== undefined) throw damage;
    },
  };
}

function interleaved({ color, shape, data }: ComposedImage): {
  readonly shape: readonly number[];
  readonly dims: readonly string[];
  readonly data: Float32Array;
} {
  const [channels, height, width] = shape;
  if (channels === 1) return { shape: [height, width], dims: ["height", "width"], data };
  const planes = color === "hsl" ? hslToRgb(data) : data;
  const size = height * width;
  const pixels = new Float32Array(channels * size);
  for (let channel = 0; channel < channels; channel++) {
    // Within the planes, which are of one size.
    for (let k = 0, at = channel, from = channel * size; k < size; k++, at += channels) pixels[at] = planes[from + k] as number;
  }
  return { shape: [height, width, channels], dims: ["height", "width", "channel"], data: pixels };
}
