import { VirtualTable } from "../rows/virtual-table.js";
import { words } from "../words.js";
import { useExplorer, useExplorerState } from "./context.js";

const columns = ["question", "status", "milliseconds", "bytes"] as const;

/** What the page has asked its server: newest first. */
export function RequestsPane() {
  const explorer = useExplorer();
  const { requests } = useExplorerState();
  const newest = [...requests].reverse();
  return (
    <div>
      <p className="note">{words.tiles(explorer.cache.size, explorer.cache.bytes)}</p>
      <VirtualTable
        label={words.tabs.requests}
        columns={columns}
        headings={columns.map((column) => words.requestColumns[column])}
        rows={newest.length}
        cell={(row, column) => {
          const asked = newest[row];
          if (asked === undefined) return "";
          if (column === "milliseconds") return asked.milliseconds.toFixed(0);
          return String(asked[column as "question" | "status" | "bytes"]); // one of the columns above
        }}
      />
    </div>
  );
}
