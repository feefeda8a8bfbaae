import { describe, expect, test } from "vitest";
import { type SignedRequest, verify } from "../src/testing/signature.node.js";
import { bucketOf, bytesOf, refusal, server } from "./fixture.js";

/** Amazon S3 API Reference, "Examples: Signature Calculations in AWS Signature Version 4" and "Authenticating Requests: Using Query Parameters". */
const example = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const noon = Date.parse("2013-05-24T00:00:00Z");
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const get = (path: string, query: string, signedHeaders: string, signature: string, more: object = {}): SignedRequest => ({
  method: "GET",
  path,
  query,
  headers: {
    host: "examplebucket.s3.amazonaws.com",
    "x-amz-date": "20130524T000000Z",
    "x-amz-content-sha256": emptyHash,
    authorization: `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=${signedHeaders},Signature=${signature}`,
    ...more,
  },
});

describe("the verifier of signatures", () => {
  const signed = "host;x-amz-content-sha256;x-amz-date";
  const object = get(
    "/test.txt",
    "",
    "host;range;x-amz-content-sha256;x-amz-date",
    "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    {
      range: "bytes=0-9",
    },
  );
  const listing = get("/", "max-keys=2&prefix=J", signed, "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  const presigned: SignedRequest = {
    method: "GET",
    path: "/test.txt",
    query:
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
    headers: { host: "examplebucket.s3.amazonaws.com" },
  };

  test("takes Amazon's published examples", () => {
    for (const request of [object, listing, presigned]) expect(verify(request, example, "us-east-1", noon)).toBeUndefined();
  });

  test("refuses them with anything changed", () => {
    const changes: [SignedRequest, string][] = [
      [{ ...object, path: "/test.txu" }, "SignatureDoesNotMatch"],
      [{ ...object, method: "PUT" }, "SignatureDoesNotMatch"],
      [{ ...object, headers: { ...object.headers, range: "bytes=0-10" } }, "SignatureDoesNotMatch"],
      [{ ...object, headers: { ...object.headers, "x-amz-acl": "public-read" } }, "AccessDenied"],
      [{ ...object, headers: { ...object.headers, authorization: undefined } }, "AccessDenied"],
      [{ ...listing, query: "max-keys=2&prefix=K" }, "SignatureDoesNotMatch"],
      [{ ...presigned, query: presigned.query.replace("86400", "86401") }, "SignatureDoesNotMatch"],
    ];
    for (const [request, code] of changes) expect(verify(request, example, "us-east-1", noon)).toMatchObject({ code });
    expect(verify(object, { ...example, secretAccessKey: "x" }, "us-east-1", noon)).toMatchObject({ code: "SignatureDoesNotMatch" });
    expect(verify(object, { ...example, accessKeyId: "x" }, "us-east-1", noon)).toMatchObject({ code: "InvalidAccessKeyId" });
    expect(verify(object, example, "eu-west-1", noon)).toMatchObject({ code: "AuthorizationHeaderMalformed" });
    expect(verify(object, example, "us-east-1", noon + 16 * 60_000)).toMatchObject({ code: "RequestTimeTooSkewed" });
    expect(verify(presigned, example, "us-east-1", noon + 86_401_000)).toMatchObject({ code: "AccessDenied" });
  });
});

test("the server refuses a body that is not the one signed", async () => {
  const store = await server();
  const change = (url: string, init: RequestInit) => fetch(url, { ...init, body: init.body === undefined ? null : bytesOf("tampered") });
  expect(await refusal(bucketOf(store, { fetch: change }).put("key", bytesOf("original")))).toMatchObject({
    code: "connection",
    status: 400,
    message: expect.stringContaining("XAmzContentSHA256Mismatch"),
  });
  expect(store.get("bucket", "key")).toBeUndefined();
});
