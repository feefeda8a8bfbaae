export { fromFile } from "../bytes/file.node.js";
