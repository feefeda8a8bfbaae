import { sondeError } from "@sonde/core/bytes";
import type { Platform } from "./platform.js";
import { createSigner } from "./signer.browser.js";

export const platform: Platform = {
  sendsConditions: false,
  openFolder(path) {
    throw sondeError(
      "unsupported",
      `there are no paths in a browser (${path}): give a directory handle, as showDirectoryPicker() returns`,
      {
        what: "paths",
      },
    );
  },
  createSigner,
  environment: () => undefined,
  awsFiles: async () => ({ config: "", credentials: "" }),
  async credentialChain() {
    throw sondeError(
      "unsupported",
      "a browser has no AWS credentials of its own: pass `credentials`, or `anonymous: true` for a public bucket",
      {
        what: "AWS credential chain",
      },
    );
  },
};
