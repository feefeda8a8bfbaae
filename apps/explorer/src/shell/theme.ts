import { type Theme, themes } from "@sonde/plot";
import { useSyncExternalStore } from "react";
import type { View } from "../view/view.js";

const queries = ["(prefers-color-scheme: dark)", "(forced-colors: active)"];
const matching = () => queries.map((query) => (matchMedia(query).matches ? "1" : "0")).join("");

function subscribe(listener: () => void): () => void {
  const lists = queries.map((query) => matchMedia(query));
  for (const list of lists) list.addEventListener("change", listener);
  return () => {
    for (const list of lists) list.removeEventListener("change", listener);
  };
}

/** Which colours a canvas takes: the system's own where it forces them, else those of the page. */
export function useTheme(asked: View["theme"]): { readonly name: "light" | "dark"; readonly theme: Theme } {
  const [dark, forced] = useSyncExternalStore(subscribe, matching);
  const name = asked === "auto" ? (dark === "1" ? "dark" : "light") : asked;
  return { name, theme: forced === "1" ? systemTheme() : themes[name] };
}

/** The colours that the person has chosen for everything, as a canvas can paint them. */
function systemTheme(): Theme {
  const probe = document.createElement("span");
  document.body.append(probe);
  const read = (colour: string) => {
    probe.style.color = colour;
    return getComputedStyle(probe).color;
  };
  const theme = {
    background: read("Canvas"),
    text: read("CanvasText"),
    muted: read("CanvasText"),
    grid: read("GrayText"),
    series: [read("LinkText"), read("CanvasText"), read("VisitedText")],
  };
  probe.remove();
  return theme;
}
