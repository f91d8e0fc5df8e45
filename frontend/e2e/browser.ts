import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Locator, type Page } from "playwright-core";

export const base = process.env.NUDGE_URL ?? "";

/** How long anything is waited for, in milliseconds. */
export const PATIENCE = 45_000;

/** A page with a watch over it: what it complains about, and whom it talks to. */
export interface Watched {
  page: Page;
  /** Console errors, uncaught exceptions, policy violations and requests to other origins, in order; but what was forgiven. */
  complaints(): string[];
  /**
   * A refusal that is meant to happen is no complaint, however often and late it comes: a list that cannot be read is asked
   * for again whenever something changes.
   */
  forgive(status: number, path: string): void;
}

export async function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: findBrowser(),
    args: [
      // The sandbox needs privileges that containers and root do not have; the page under test is our own.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--no-first-run",
    ],
  });
}

function findBrowser(): string {
  const names = ["chromium", "chromium-browser", "google-chrome", "chrome"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found =
    process.env.CHROMIUM ??
    folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
  if (found === undefined) throw new Error("no Chromium on the PATH; install one or name it in CHROMIUM");
  return found;
}

export async function open(browser: Browser, options: BrowserContextOptions = {}): Promise<Watched> {
  const context = await browser.newContext({
    baseURL: base,
    locale: "en-GB",
    timezoneId: "Europe/Paris",
    viewport: { width: 1280, height: 800 },
    reducedMotion: "reduce",
    ...options,
  });
  // Short of a step's own limit, so that the failure names what was waited for; long for a busy machine.
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints: string[] = [];
  const forgiven: { status: number; path: string }[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== new URL(base).origin && protocol !== "blob:")
      complaints.push(`foreign request: ${request.url()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  return {
    page,
    complaints: () =>
      complaints.filter(
        (line) =>
          !forgiven.some(({ status, path }) => line.includes(`status of ${status}`) && line.includes(path)),
      ),
    forgive: (status, path) => forgiven.push({ status, path: `(${base}${path}` }),
  };
}

export interface Person {
  name: string;
  email: string;
  password: string;
}

/** Makes an account on the sign-in page, and is in. */
export async function signUp(page: Page, { name, email, password }: Person): Promise<void> {
  await page.goto("/");
  await page.getByRole("button", { name: "New here? Create an account" }).click();
  await page.getByLabel("Name").fill(name);
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Create account" }).click();
  await page.getByRole("heading", { name: "Today", level: 1 }).waitFor();
}

/** A message at the foot of the page. Pointing at it stops its clock, so that it is still there when it is needed. */
export async function held(page: Page, text: string | RegExp): Promise<Locator> {
  const toast = page.locator(".toast", { hasText: text }).last();
  await toast.hover();
  return toast;
}

/** Nothing is judged in mid-movement: two frames are drawn, fonts are there and every transition has ended. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    await document.fonts.ready;
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => undefined)));
  });
}

/** What an accessibility checker finds wrong, as one line each. */
export async function audit(page: Page): Promise<string[]> {
  await settle(page);
  // Evaluated by the debugger, not added as an element: the page's policy allows no foreign script, rightly.
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(options: unknown): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
    const { violations } = await axe.run({ runOnly: { type: "tag", values: tags } });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
  });
}

/** Takes a picture for the README, when asked to. */
export async function picture(page: Page, name: string): Promise<void> {
  if (process.env.UPDATE_SCREENSHOTS !== "1") return;
  const folder = join(import.meta.dirname, "../../docs/screenshots");
  mkdirSync(folder, { recursive: true });
  await settle(page);
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
