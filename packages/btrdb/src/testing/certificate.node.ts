import { createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { sondeError } from "@sonde/core";

/** PEM texts. */
export type KeyPair = { readonly cert: string; readonly key: string };

/** A certificate for localhost, 127.0.0.1 and ::1 that signs itself and is good for a year: a client trusts it by its text alone. */
export function selfSigned(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = sequence(set(sequence(identifier("550403"), element(0x0c, Buffer.from("localhost")))));
  const algorithm = sequence(identifier("2a8648ce3d040302"));
  const day = 86_400_000;
  const content = sequence(
    element(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    algorithm,
    name,
    sequence(utcTime(Date.now() - day), utcTime(Date.now() + 365 * day)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    element(0xa3, sequence(subjectNames(), authority())),
  );
  const signature = createSign("sha256").update(content).sign(privateKey);
  const certificate = sequence(content, algorithm, element(0x03, Buffer.of(0), signature));
  return { cert: pem(certificate), key: privateKey.export({ type: "pkcs8", format: "pem" }).toString() };
}

/** RFC 5280, 4.2.1.6. */
function subjectNames(): Buffer {
  const loopback = Buffer.alloc(16);
  loopback[15] = 1;
  const names = sequence(element(0x82, Buffer.from("localhost")), element(0x87, Buffer.of(127, 0, 0, 1)), element(0x87, loopback));
  return sequence(identifier("551d11"), element(0x04, names));
}

/** RFC 5280, 4.2.1.9: it vouches for itself. */
function authority(): Buffer {
  return sequence(identifier("551d13"), element(0x01, Buffer.of(0xff)), element(0x04, sequence(element(0x01, Buffer.of(0xff)))));
}

/** Tag, length and content by the distinguished encoding rules (X.690, 10). */
function element(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(content);
  const { length } = bytes;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...size), bytes]);
}

const sequence = (...content: readonly Uint8Array[]): Buffer => element(0x30, ...content);
const set = (...content: readonly Uint8Array[]): Buffer => element(0x31, ...content);
const identifier = (hex: string): Buffer => element(0x06, Buffer.from(hex, "hex"));
const integer = (bytes: Uint8Array): Buffer => element(0x02, bytes);

function utcTime(milliseconds: number): Buffer {
  const text = new Date(milliseconds).toISOString().replaceAll(/[-:T]|\.\d+/g, "");
  return element(0x17, Buffer.from(text.slice(2)));
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

/** The PEM files named by `cert.pem,key.pem`. Rejects `options` for another form, `not-found` for a file that can't be read. */
export async function readKeyPair(names: string): Promise<KeyPair> {
  const [certFile, keyFile, ...rest] = names.split(",");
  if (!certFile || !keyFile || rest.length > 0) {
    throw sondeError("options", `'${names}' does not name two files: write --tls cert.pem,key.pem`, {});
  }
  const read = (path: string) =>
    readFile(path, "utf8").catch((cause: unknown) => {
      throw sondeError("not-found", `can't read ${path}: check the name`, { id: path, cause });
    });
  return { cert: await read(certFile), key: await read(keyFile) };
}
