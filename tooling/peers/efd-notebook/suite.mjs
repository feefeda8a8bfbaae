import { packageTests } from "../lib/package-tests.mjs";

export async function suite(context) {
  await packageTests(context, { name: "efd", pattern: "notebook", variable: "SONDE_EFD_PYTHON" });
}
