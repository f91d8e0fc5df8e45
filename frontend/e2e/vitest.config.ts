import { defineConfig } from "vitest/config";

/** One job, step by step: the first step that fails ends it. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.e2e.ts"],
    bail: 1,
    testTimeout: 90_000,
    hookTimeout: 90_000,
    // As patient as the browser's own waits (browser.ts): a busy machine makes a page slow, not wrong.
    expect: { poll: { timeout: 30_000, interval: 50 } },
    fileParallelism: false,
    reporters: ["verbose"],
  },
});
