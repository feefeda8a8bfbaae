import { createRoot } from "react-dom/client";
import { App } from "./shell/app.js";
import { ExplorerContext } from "./shell/context.js";
import { Explorer } from "./shell/explorer.js";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no place for the explorer");
const explorer = new Explorer();
createRoot(root).render(
  <ExplorerContext value={explorer}>
    <App />
  </ExplorerContext>,
);
void explorer.start();
