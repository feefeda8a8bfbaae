import { sondeError } from "@sonde/core";
import { parse } from "yaml";
import * as z from "zod";

export type Profile = { readonly endpoints?: string | undefined; readonly apiKey?: string | undefined };

const profileSchema = z.object({
  btrdb: z.object({ endpoints: z.string().optional(), api_key: z.union([z.string(), z.number()]).transform(String).optional() }).optional(),
});

/**
 * One profile of a credentials file, `<profile>: { btrdb: { endpoints, api_key } }`; undefined where it is not there. Rejects `format` for
 * a file that is none, without showing any of it: it holds keys.
 */
export function profileIn(text: string, name: string, path: string): Profile | undefined {
  const file = parsed(text, path);
  if (!(file instanceof Object) || !Object.hasOwn(file, name)) return undefined;
  // Own, as just asked.
  const profile = profileSchema.safeParse((file as { readonly [name: string]: unknown })[name]);
  if (!profile.success) {
    const where = profile.error.issues.map((issue) => [name, ...issue.path].join(".")).join(", ");
    throw sondeError("format", `${path}: profile '${name}' is not { btrdb: { endpoints, api_key } }: correct ${where}`, { key: path });
  }
  return { endpoints: profile.data.btrdb?.endpoints, apiKey: profile.data.btrdb?.api_key };
}

/** The names of a file's profiles, for messages. */
export function profileNames(text: string, path: string): readonly string[] {
  const file = parsed(text, path);
  return file instanceof Object ? Object.keys(file) : [];
}

function parsed(text: string, path: string): unknown {
  try {
    // Aliases are for files that grow when read.
    return parse(text, { maxAliasCount: 0, logLevel: "error" });
  } catch {
    throw sondeError("format", `${path} is not YAML: write <profile>: { btrdb: { endpoints, api_key } }`, { key: path });
  }
}
