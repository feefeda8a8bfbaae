import type { CredentialProvider, Credentials } from "./credentials.js";
import type { HttpOptions } from "./transport.js";

export type S3Options = HttpOptions & {
  readonly bucket: string;
  /** Default: `AWS_REGION`, `AWS_DEFAULT_REGION`, the profile in `~/.aws/config`, else "us-east-1". */
  readonly region?: string | undefined;
  /** Of a server that is not Amazon's: "http://127.0.0.1:9000". Default: `AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`, the profile, else Amazon's of the region. */
  readonly endpoint?: string | URL | undefined;
  /** Of `~/.aws/config` and `~/.aws/credentials`. Default: `AWS_PROFILE`, else "default". */
  readonly profile?: string | undefined;
  /** A function for those that expire. Default: the environment, then whatever the AWS tools would find here. */
  readonly credentials?: Credentials | CredentialProvider | undefined;
  /** Signs nothing: for public buckets. */
  readonly anonymous?: boolean | undefined;
  /** The bucket in the path rather than in the host name. Default: for an `endpoint`, and for a bucket with a dot, which no certificate of Amazon's covers. */
  readonly pathStyle?: boolean | undefined;
  /** Entries that one page of a listing asks for, 1 to 1000. Default 1000. */
  readonly pageSize?: number | undefined;
};
