import { httpUrl, sondeError } from "@sonde/core/bytes";
import { platform } from "#platform";
import { type Ini, parseIni } from "./ini.js";
import type { S3Options } from "./s3-options.js";

/** Where a bucket is. */
export type S3Settings = {
  readonly region: string;
  /** Absent: Amazon's own. */
  readonly endpoint: URL | undefined;
};

/** Region and endpoint by option, environment and profile, in this order, as the AWS tools find them. Files are read only where they can still matter. */
export async function s3Settings(options: S3Options, signal: AbortSignal): Promise<S3Settings> {
  const { environment } = platform;
  const region = options.region ?? environment("AWS_REGION") ?? environment("AWS_DEFAULT_REGION");
  const configured = environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")?.toLowerCase() !== "true";
  const endpoint = options.endpoint ?? (configured ? (environment("AWS_ENDPOINT_URL_S3") ?? environment("AWS_ENDPOINT_URL")) : undefined);
  if (region !== undefined && endpoint !== undefined) return checked(region, endpoint);

  const named = options.profile ?? environment("AWS_PROFILE");
  const files = await platform.awsFiles(signal);
  const profile = profileOf(parseIni(files.config), parseIni(files.credentials), named);
  return checked(region ?? profile.region ?? "us-east-1", endpoint ?? (configured ? profile.endpoint : undefined));
}

function profileOf(config: Ini, credentials: Ini, named: string | undefined) {
  const name = named ?? "default";
  const inConfig = config.get(`profile ${name}`) ?? (name === "default" ? config.get("default") : undefined);
  const inCredentials = credentials.get(name);
  if (named !== undefined && inConfig === undefined && inCredentials === undefined) {
    const problem = `no AWS profile ${JSON.stringify(named)} in the AWS config and credentials files: name one that is there, or configure it`;
    throw sondeError("options", problem, { issues: [{ path: "profile", message: "no such profile" }] });
  }
  const setting = (key: string) => inConfig?.get(key) || inCredentials?.get(key) || undefined;
  const services = setting("services");
  const ofService = services === undefined ? undefined : config.get(`services ${services}`)?.get("s3.endpoint_url");
  return { region: setting("region"), endpoint: ofService || setting("endpoint_url") };
}

function checked(region: string, endpoint: string | URL | undefined): S3Settings {
  // It becomes part of a host name.
  if (!/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(region))
    throw invalid("region", `${JSON.stringify(region)} is no region such as "us-east-1"`);
  if (endpoint === undefined) return { region, endpoint };
  const url = httpUrl(endpoint);
  if (url.search !== "" || url.hash !== "") throw invalid("endpoint", "an S3 endpoint has no query");
  return { region, endpoint: url };
}

/** Throws `options` for a name that would lead elsewhere; what a bucket may be called beyond that is its server's rule. */
export function checkedBucket(bucket: string): string {
  if (typeof bucket === "string" && /^[a-z0-9][a-z0-9._-]{0,254}$/i.test(bucket)) return bucket;
  throw invalid("bucket", `${JSON.stringify(bucket)} is no name of a bucket: letters, digits, ".", "-", "_"`);
}

function invalid(path: string, message: string) {
  return sondeError("options", message, { issues: [{ path, message }] });
}

/** The URL of the bucket, with a slash at its end. */
export function bucketUrl(bucket: string, { region, endpoint }: S3Settings, pathStyle: boolean | undefined): URL {
  const inPath = pathStyle ?? (endpoint !== undefined || /[._A-Z]/.test(bucket));
  const url = endpoint ? new URL(endpoint) : new URL(`https://s3.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}/`);
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  if (inPath) url.pathname += `${bucket}/`;
  else url.hostname = `${bucket}.${url.hostname}`;
  return url;
}
