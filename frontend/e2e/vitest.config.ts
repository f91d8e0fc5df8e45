import { defineConfig } from "vitest/config";
import { PATIENCE } from "./browser.ts";

/** One job, step by step: the first step that fails ends it. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ["*.e2e.ts"],
    bail: 1,
    testTimeout: 4 * PATIENCE,
    hookTimeout: 2 * PATIENCE,
    // A busy machine makes a page slow, not wrong.
    expect: { poll: { timeout: PATIENCE, interval: 50 } },
    fileParallelism: false,
    reporters: ["verbose"],
  },
});
