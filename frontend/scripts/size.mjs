// Fails the build when the page grows beyond its budget: what a first visit must load, gzipped.
import { readFileSync, readdirSync } from "node:fs";
import { gzipSync } from "node:zlib";

const BUDGET = { ".js": 130_000, ".css": 20_000 };
const dist = new URL("../dist/", import.meta.url);
const html = readFileSync(new URL("index.html", dist), "utf8");
const first = readdirSync(new URL("assets/", dist)).filter((name) => html.includes(name));

let failed = false;
for (const [extension, budget] of Object.entries(BUDGET)) {
  const bytes = first
    .filter((name) => name.endsWith(extension))
    .reduce((sum, name) => sum + gzipSync(readFileSync(new URL(`assets/${name}`, dist))).length, 0);
  const over = bytes > budget || bytes === 0;
  console.log(`first load ${extension}: ${bytes} of ${budget} bytes gzipped${over ? "  ← over budget" : ""}`);
  failed ||= over;
}
process.exitCode = failed ? 1 : 0;
