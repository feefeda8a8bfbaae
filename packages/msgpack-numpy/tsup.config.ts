import { library } from "@sonde-tooling/build/tsup";

// msgpackr is taken in: as a dependency it would bring an optional native part with an install script.
export default library({ index: "src/index.ts" }, { noExternal: ["msgpackr"] });
