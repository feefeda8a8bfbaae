import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2022",
    // The server's policy allows nothing inline: no data: addresses, no scripts in the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1024,
    // What plots are painted by in Node: a page has its own canvas.
    rolldownOptions: { external: ["@napi-rs/canvas"] },
  },
  worker: { format: "es" },
});
