import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/**
 * The dev server always stands behind the gateway of `./task dev`, which proxies the page and the HMR web socket, so it binds
 * to loopback only and takes its port from PORT. `NUDGE_URL` lets it run alone against a gateway that already runs.
 */
const backend = process.env.NUDGE_URL;

export default defineConfig({
  plugins: [react()],
  build: {
    target: "es2023",
    // A data: URI would need a wider Content-Security-Policy than 'self'.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    host: "127.0.0.1",
    port: Number(process.env.PORT ?? 5173),
    strictPort: process.env.PORT !== undefined,
    ...(backend !== undefined && {
      proxy: Object.fromEntries(
        ["/api", "/feeds", "/chatkit", "/mcp", "/.well-known"].map((path) => [
          path,
          { target: backend, changeOrigin: true },
        ]),
      ),
    }),
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
