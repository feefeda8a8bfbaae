import { library } from "@sonde-tooling/build/tsup";

export default library({
  index: "src/index.ts",
<<<<<<< HEAD
  node: "src/node/index.ts",
=======
>>>>>>> wavelet
});
