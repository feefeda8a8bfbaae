/** What Tiled answers, as far as it is used. Source: Tiled, "HTTP Server API", 0.2. */

import { sondeError } from "@sonde/core/bytes";
import * as z from "zod";

const spec = z.looseObject({ name: z.string(), version: z.string().nullish() });

const builtin = z.looseObject({ endianness: z.string(), kind: z.string().length(1), itemsize: z.int().nonnegative() });

export const arrayStructure = z.looseObject({
  data_type: z.union([builtin, z.looseObject({ itemsize: z.int(), fields: z.array(z.unknown()) })]),
  shape: z.array(z.int().nonnegative()),
  chunks: z.array(z.array(z.int().nonnegative())),
  dims: z.array(z.string()).nullish(),
});
export type ArrayStructure = z.infer<typeof arrayStructure>;

export const tableStructure = z.looseObject({ columns: z.array(z.string()), npartitions: z.int().nonnegative() });

const node = z.looseObject({
  id: z.string(),
  attributes: z.looseObject({
    structure_family: z.string().nullish(),
    specs: z.array(spec).nullish(),
    metadata: z.record(z.string(), z.unknown()).nullish(),
    structure: z.unknown(),
    data_sources: z.array(z.record(z.string(), z.unknown())).nullish(),
  }),
});
export type TiledNode = z.infer<typeof node>;

const page = z.looseObject({
  data: z.array(node),
  links: z.looseObject({ next: z.string().nullish() }).nullish(),
  meta: z.looseObject({ count: z.number().nullish() }).nullish(),
});
export type TiledPage = z.infer<typeof page>;

const one = z.looseObject({ data: node });
const about = z.looseObject({ library_version: z.string().nullish(), queries: z.array(z.string()).nullish() });
const distinct = z.looseObject({
  metadata: z.record(z.string(), z.array(z.looseObject({ value: z.unknown(), count: z.number().nullish() }))).nullish(),
});

const parse = <T>(schema: z.ZodType<T>, value: unknown, what: string): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw sondeError(
    "format",
    `${what} is not what a Tiled server answers (${issue?.path.join(".")}: ${issue?.message}): is this its address?`,
    { key: what },
  );
};

export const parsePage = (value: unknown, what: string): TiledPage => parse(page, value, what);
export const parseNode = (value: unknown, what: string): TiledNode => parse(one, value, what).data;
export const parseAbout = (value: unknown, what: string) => parse(about, value, what);
export const parseDistinct = (value: unknown, what: string) => parse(distinct, value, what);
export const parseArrayStructure = (value: unknown, what: string): ArrayStructure => parse(arrayStructure, value, what);
export const parseTableStructure = (value: unknown, what: string) => parse(tableStructure, value, what);

export const hasSpec = ({ attributes }: TiledNode, name: string): boolean => attributes.specs?.some((item) => item.name === name) ?? false;
