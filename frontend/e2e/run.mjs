// The browser test against a Nudge that runs: npm run e2e -- --base-url http://localhost:8787 (or NUDGE_URL).
// UPDATE_SCREENSHOTS=1 writes the README's pictures; CHROMIUM names the browser when it is not on the PATH.
import { parseArgs } from "node:util";
import { startVitest } from "vitest/node";

const { values } = parseArgs({ options: { "base-url": { type: "string" } } });
const url = values["base-url"] ?? process.env.NUDGE_URL ?? "http://localhost:8787";
if (!URL.canParse(url)) {
  console.error(`${url} is no address; give one like --base-url http://localhost:8787`);
  process.exit(2);
}
process.env.NUDGE_URL = url;
const vitest = await startVitest("test", [], {
  config: new URL("vitest.config.ts", import.meta.url).pathname,
  watch: false,
});
await vitest.close();
