import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/**
 * The server hands out `dist/` as `/static/`. `dist/manifest.json` names the hashed files of each
 * entry. Output must run under `script-src 'self'; trusted-types 'none'`: no inline code, no polyfill.
 */
export default defineConfig({
  root: here("."),
  base: "/static/",
  publicDir: false,
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  css: { preprocessorOptions: { scss: { loadPaths: [here("node_modules")], quietDeps: true } } },
  build: {
    outDir: here("dist"),
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["es2022", "firefox128", "safari16.4"],
    assetsInlineLimit: 0,
    // The oldest browsers with oklch() and color-mix(), which KERN and we use: no doubled colours.
    cssTarget: ["chrome111", "firefox128", "safari16.4"],
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: {
        site: here("src/pages/site.ts"),
        room: here("src/pages/room.tsx"),
        desk: here("src/pages/desk.tsx"),
        present: here("src/pages/present.tsx"),
        screen: here("src/pages/screen.tsx"),
        "site-style": here("styles/site.scss"),
        "room-style": here("styles/room.scss"),
      },
    },
  },
});
