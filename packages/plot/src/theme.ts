/** Colours of a figure, as CSS writes them in six hexadecimal digits. */
export interface Theme {
  readonly background: string;
  readonly text: string;
  readonly muted: string;
  readonly grid: string;
  /** Of series, in order; used again from the start when there are more. */
  readonly series: readonly string[];
}

/** Wong, "Points of view: Color blindness", Nature Methods 8 (2011): told apart by nearly all eyes. */
const series = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00"];

export const themes: { readonly light: Theme; readonly dark: Theme } = {
  light: { background: "#ffffff", text: "#1c2430", muted: "#5a6675", grid: "#e3e8ee", series },
  dark: {
    background: "#12161c",
    text: "#e8edf3",
    muted: "#9aa7b6",
    grid: "#2a323d",
    series: ["#56b4e9", "#e69f00", "#2fc79b", "#cc79a7", "#f0e442", "#d55e00"],
  },
};

export function themeOf(theme: "light" | "dark" | Theme = "light"): Theme {
  return typeof theme === "string" ? themes[theme] : theme;
}

export function seriesColour(theme: Theme, index: number): string {
  return theme.series[index % theme.series.length] ?? theme.text;
}
