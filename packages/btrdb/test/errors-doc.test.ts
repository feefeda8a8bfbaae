import { status } from "@grpc/grpc-js";
import { expect, test } from "vitest";
import { grpcCodes, serverCodes } from "../src/index.js";

const table = (head: string, rows: readonly (readonly string[])[]) =>
  [
    `| ${head} | becomes | tried again | what to do |`,
    "| --- | --- | --- | --- | --- |",
    ...rows.map((cells) => `| ${cells.join(" | ")} |`),
  ].join("\n");

const document = `# Errors of BTrDB

A BTrDB server says what went wrong in two ways: by the status of the gRPC call, and by a code inside an answer whose gRPC status is OK.
\`@sonde/btrdb\` looks at both, in every message, and makes one error of either: \`isSondeError(error, "not-found")\` tells its kind,
\`error.serverCode\` and \`error.grpcStatus\` the number. This page is generated from the tables that the code uses.

"Tried again" says that the failure passes by itself. Reads, and inserts whose merge policy makes that harmless, are made again up to
\`attempts\` times; other writes reject with \`outcome: "unknown"\` where they may have been done. A read that breaks off goes on behind the
last point that was delivered, at the same version.

## Codes inside an answer

${table(
  "code | name",
  serverCodes.map(({ code, name, becomes, retryable, hint }) => [String(code), name, `\`${becomes}\``, retryable ? "yes" : "", hint]),
)}

Any other code becomes \`connection\`, and is not tried again.

## Status of a call

${table(
  "status | name",
  grpcCodes.map(({ code, name, becomes, retryable, hint }) => [String(code), name, `\`${becomes}\``, retryable ? "yes" : "", hint]),
)}

A deadline that passed is told, not tried again. A certificate that does not fit arrives as UNAVAILABLE; it becomes \`connection\` that is
not retryable. Details that begin with \`[404] \` are read as that code. An answer that can't be read becomes \`format\`.
`;

test("the page of errors is what the code says (`vitest -u` writes it)", async () => {
  await expect(document).toMatchFileSnapshot("../../../docs/btrdb-errors.md");
});

test("every code stands once, and says what to do", () => {
  expect(new Set(serverCodes.map(({ code }) => code)).size).toBe(serverCodes.length);
  expect(new Set(serverCodes.map(({ name }) => name)).size).toBe(serverCodes.length);
  for (const { hint, becomes, retryable } of [...serverCodes, ...grpcCodes]) {
    expect(hint).not.toBe("");
    if (retryable) expect(becomes).toBe("connection");
  }
});

test("every status of gRPC but OK has a meaning", () => {
  const all = Object.values(status).filter((code) => typeof code === "number" && code !== status.OK);
  expect(grpcCodes.map(({ code }) => code).sort((a, b) => a - b)).toEqual(all);
});
