import { createContext, useContext, useSyncExternalStore } from "react";
import type { Explorer, ExplorerState } from "./explorer.js";

export const ExplorerContext = createContext<Explorer | undefined>(undefined);

export function useExplorer(): Explorer {
  const explorer = useContext(ExplorerContext);
  if (explorer === undefined) throw new Error("no explorer around this component");
  return explorer;
}

export function useExplorerState(): ExplorerState {
  const explorer = useExplorer();
  return useSyncExternalStore(explorer.subscribe, explorer.state);
}

export function useHover(): bigint | undefined {
  const { hover } = useExplorer();
  return useSyncExternalStore(hover.subscribe, hover.time);
}
