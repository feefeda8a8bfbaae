import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { s3 } from "../src/index.js";
import { parseIni } from "../src/ini.js";
import { credentialChain } from "../src/platform.node.js";
import { bucketUrl, s3Settings } from "../src/s3-settings.js";
import { keysOf } from "./behaviour.js";
import { bytesOf, refusal, server, textOf, web } from "./fixture.js";

const { signal } = new AbortController();
const pair = { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "wJalr/XUtnFEMI+K7MDENG" };
let home = "";

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "sonde-aws-"));
  await mkdir(join(home, ".aws"));
  for (const name of Object.keys(process.env).filter((name) => name.startsWith("AWS_"))) vi.stubEnv(name, undefined);
  vi.stubEnv("HOME", home);
  // No test asks the instance that it runs on.
  vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true, force: true });
});

async function aws(files: { readonly config?: string; readonly credentials?: string }) {
  for (const [name, text] of Object.entries(files)) await writeFile(join(home, ".aws", name), text);
}

describe("the two files of the notebook", () => {
  test("are all that it takes: credentials from one, the region from the other", async () => {
    await aws({
      credentials: `[default]\naws_access_key_id = ${pair.accessKeyId}\naws_secret_access_key = ${pair.secretAccessKey}\n`,
      config: "[default]\nregion=eu-west-3\n",
    });
    const store = await server({ buckets: ["efd-sandbox.data"], region: "eu-west-3", credentials: pair });
    store.put("efd-sandbox.data", "topics/example-002-aggregated/a+0+0000003600.snappy.parquet", "PAR1");
    const bucket = s3({ bucket: "efd-sandbox.data", endpoint: store.endpoint });
    const [key = ""] = await keysOf(bucket, { prefix: "topics/" });
    expect(textOf((await bucket.get(key)).bytes)).toBe("PAR1");
    const settings = await s3Settings({ bucket: "efd-sandbox.data" }, signal);
    expect(bucketUrl("efd-sandbox.data", settings, undefined).href).toBe("https://s3.eu-west-3.amazonaws.com/efd-sandbox.data/");
  });
});

describe("credentials", () => {
  test("come from the environment, token included, without any package", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", pair.accessKeyId);
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", pair.secretAccessKey);
    vi.stubEnv("AWS_SESSION_TOKEN", "token==");
    const store = await server({ credentials: { ...pair, sessionToken: "token==" } });
    store.put("bucket", "key", "x");
    expect((await s3({ bucket: "bucket", endpoint: store.endpoint }).head("key")).size).toBe(1);
  });

  test("of a named profile win over the environment, and come from a process where the profile says so", async () => {
    vi.stubEnv("AWS_ACCESS_KEY_ID", "OTHER");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "other");
    const script = join(home, "credentials.sh");
    await writeFile(
      script,
      `#!/bin/sh\necho '{"Version":1,"AccessKeyId":"${pair.accessKeyId}","SecretAccessKey":"${pair.secretAccessKey}"}'\n`,
    );
    await chmod(script, 0o755);
    const store = await server({ credentials: pair, region: "sa-east-1" });
    store.put("bucket", "key", "x");
    await aws({ config: `[profile "beamline"]\nregion = sa-east-1\nendpoint_url = ${store.endpoint}\ncredential_process = ${script}\n` });
    expect((await s3({ bucket: "bucket", profile: "beamline" }).head("key")).size).toBe(1);
  });

  test("come from a container's address", async () => {
    const store = await server({ credentials: { ...pair, sessionToken: "t" } });
    store.put("bucket", "key", "x");
    let asked = 0;
    const address = await web((_, response) => {
      asked += 1;
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      response.end(JSON.stringify({ AccessKeyId: pair.accessKeyId, SecretAccessKey: pair.secretAccessKey, Token: "t", Expiration }));
    });
    vi.stubEnv("AWS_CONTAINER_CREDENTIALS_FULL_URI", `${address}/role`);
    const bucket = s3({ bucket: "bucket", endpoint: store.endpoint });
    await bucket.head("key");
    await bucket.head("key");
    expect(asked).toBe(1);
  });

  test("come from the instance that the program runs on", async () => {
    const store = await server({ credentials: { ...pair, sessionToken: "t" } });
    store.put("bucket", "key", "x");
    const asked: string[] = [];
    const role = "/latest/meta-data/iam/security-credentials/";
    const address = await web((message, response) => {
      asked.push(`${message.method} ${message.url}`);
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      const secret = { Code: "Success", AccessKeyId: pair.accessKeyId, SecretAccessKey: pair.secretAccessKey, Token: "t", Expiration };
      if (message.method === "PUT") response.end("a-token");
      else response.end(message.url === role ? "the-role" : JSON.stringify(secret));
    });
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", undefined);
    vi.stubEnv("AWS_EC2_METADATA_SERVICE_ENDPOINT", address);
    expect((await s3({ bucket: "bucket", endpoint: store.endpoint }).head("key")).size).toBe(1);
    expect(asked).toEqual(["PUT /latest/api/token", `GET ${role}`, `GET ${role}the-role`]);
  });

  test("that nobody has are an auth error that says what to do", async () => {
    const store = await server();
    const error = await refusal(s3({ bucket: "bucket", endpoint: store.endpoint }).head("key"));
    expect(error).toMatchObject({ code: "auth", message: expect.stringContaining("no AWS credentials") });
    expect(store.requests).toEqual([]);
  });

  test("whose process fails do not show what it was or said", async () => {
    await aws({ config: "[default]\ncredential_process = sh -c 'echo SECRET-OUTPUT >&2; exit 3' SECRET-ARGUMENT\n" });
    const store = await server();
    const error = await refusal(s3({ bucket: "bucket", endpoint: store.endpoint }).head("key"));
    expect(error.code).toBe("auth");
    expect(error.message + error.stack + JSON.stringify(error)).not.toContain("SECRET");
  });

  test("need a package beyond the environment, whose absence says what to install", async () => {
    const load = () =>
      Promise.reject(Object.assign(new Error("Cannot find package '@aws-sdk/credential-providers'"), { code: "ERR_MODULE_NOT_FOUND" }));
    expect(await refusal(credentialChain({ profile: undefined, region: "us-east-1" }, load))).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("npm install @aws-sdk/credential-providers"),
    });
  });
});

describe("region and endpoint", () => {
  test("are taken by option, then environment, then profile, then us-east-1", async () => {
    const found = async (options: object = {}) => {
      const { region, endpoint } = await s3Settings({ bucket: "b", ...options }, signal);
      return [region, endpoint?.href];
    };
    expect(await found()).toEqual(["us-east-1", undefined]);
    await aws({
      config: `# a comment
[default]
region = eu-north-1
[profile minio]   ; a section
region=us-west-2 # inline
endpoint_url = http://minio.local:9000
[profile services]
services = lab
[services lab]
s3 =
  endpoint_url = http://s3.lab:7070/
dynamodb =
  endpoint_url = http://nothing.lab
`,
      credentials: "[default]\nregion = ap-south-1\n[only-here]\nregion = ap-south-2\n",
    });
    expect(await found()).toEqual(["eu-north-1", undefined]);
    expect(await found({ profile: "minio" })).toEqual(["us-west-2", "http://minio.local:9000/"]);
    expect(await found({ profile: "services" })).toEqual(["us-east-1", "http://s3.lab:7070/"]);
    expect(await found({ profile: "only-here" })).toEqual(["ap-south-2", undefined]);
    vi.stubEnv("AWS_PROFILE", "minio");
    expect(await found()).toEqual(["us-west-2", "http://minio.local:9000/"]);
    vi.stubEnv("AWS_ENDPOINT_URL", "http://general:1");
    expect(await found()).toEqual(["us-west-2", "http://general:1/"]);
    vi.stubEnv("AWS_ENDPOINT_URL_S3", "http://special:2");
    vi.stubEnv("AWS_DEFAULT_REGION", "ca-west-1");
    expect(await found()).toEqual(["ca-west-1", "http://special:2/"]);
    vi.stubEnv("AWS_REGION", "ca-central-1");
    expect(await found()).toEqual(["ca-central-1", "http://special:2/"]);
    vi.stubEnv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    expect(await found()).toEqual(["ca-central-1", undefined]);
    expect(await found({ region: "x", endpoint: "https://mine" })).toEqual(["x", "https://mine/"]);
  });

  test("of a profile that is not there are refused, and so is what would lead to another host", async () => {
    expect(await refusal(s3Settings({ bucket: "b", profile: "none" }, signal))).toMatchObject({
      code: "options",
      message: expect.stringContaining('"none"'),
    });
    for (const region of ["evil.example/", "a b", "", "eu-west-1.evil"]) {
      expect((await refusal(s3Settings({ bucket: "b", region }, signal))).code).toBe("options");
    }
    for (const endpoint of ["ftp://x", "nonsense", "http://user:SECRET@host", "http://host/?x=SECRET"]) {
      const error = await refusal(s3Settings({ bucket: "b", region: "r", endpoint }, signal));
      expect(error.code).toBe("options");
      expect(error.message).not.toContain("SECRET");
    }
    for (const bucket of ["", "../x", "a/b", "a?b", ".", "..", "a b"]) expect(() => s3({ bucket })).toThrow(/no name of a bucket/);
    expect(() => s3({ bucket: "b", pageSize: 0 })).toThrow(/pageSize/);
  });

  test("give the bucket a host of its own, or a path for an endpoint, a dot, or on demand", () => {
    const url = (bucket: string, endpoint?: string, pathStyle?: boolean, region = "eu-west-1") =>
      bucketUrl(bucket, { region, endpoint: endpoint === undefined ? undefined : new URL(endpoint) }, pathStyle).href;
    expect(url("data")).toBe("https://data.s3.eu-west-1.amazonaws.com/");
    expect(url("efd-sandbox.data")).toBe("https://s3.eu-west-1.amazonaws.com/efd-sandbox.data/");
    expect(url("data", undefined, true)).toBe("https://s3.eu-west-1.amazonaws.com/data/");
    expect(url("data", undefined, undefined, "cn-north-1")).toBe("https://data.s3.cn-north-1.amazonaws.com.cn/");
    expect(url("data", "http://minio:9000")).toBe("http://minio:9000/data/");
    expect(url("data", "https://gate/way")).toBe("https://gate/way/data/");
    expect(url("data", "https://objects.example", false)).toBe("https://data.objects.example/");
  });
});

test("settings that no INI file means stay data", () => {
  const ini = parseIni('[__proto__]\npolluted = yes\n[profile "a  b"]\nx=1\nnonsense\n=\nx = 2 # last\n  deep = in\n');
  expect(ini.get("__proto__")?.get("polluted")).toBe("yes");
  expect("polluted" in {}).toBe(false);
  expect([...(ini.get("profile a b") ?? [])]).toEqual([
    ["x", "2"],
    ["", ""],
    ["x.deep", "in"],
  ]);
});

test("an object is put whole, and no other bucket is touched", async () => {
  const store = await server({ buckets: ["a", "b"] });
  const { endpoint, region, credentials } = store;
  const { etag } = await s3({ bucket: "a", endpoint, region, credentials }).put("key", bytesOf("x"), { contentType: "text/plain" });
  expect(etag).toBe('"9dd4e461268c8034f5c8564e155c67a6"');
  expect(store.get("b", "key")).toBeUndefined();
  expect(await readdir(home)).toEqual([".aws"]);
});
