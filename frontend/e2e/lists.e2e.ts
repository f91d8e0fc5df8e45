/**
 * Lists in any order, one's own as well; what waits for what; what a series leaves out, and how far a change of it goes;
 * messages above what is open; no network; other languages.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { audit, held, launch, open, signUp, type Watched } from "./browser.ts";

const person = { name: "Hedy", email: `hedy-${randomUUID()}@example.org`, password: randomUUID() };

let browser: Browser;
let desktop: Watched;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  desktop = await open(browser);
  page = desktop.page;
});
afterAll(async () => {
  await browser?.close();
});
afterEach(async ({ task }) => {
  if (task.result?.state === "fail") {
    await page.screenshot({ path: join(import.meta.dirname, "../test-results/failed.png") });
  }
  expect(desktop.complaints()).toEqual([]);
});

const row = (title: string, on = page): Locator => on.getByRole("article", { name: title, exact: true });
const title = (name: string): Locator => row(name).getByRole("button", { name, exact: true });
const toast = (text: string | RegExp) => held(page, text);
const editor = (): Locator => page.getByRole("dialog", { name: "Edit task", exact: true });
const titles = () => page.locator(".row-title").allTextContents();
const go = (view: string) => page.getByRole("navigation").getByRole("link", { name: view }).first().click();

async function add(words: string, on = page) {
  await on.getByLabel("Add a task").first().fill(words);
  await on.keyboard.press("Enter");
  await on.locator("#quick-add:placeholder-shown").waitFor();
}

async function sortBy(...choices: string[]) {
  await page.getByRole("button", { name: /^Sort by/ }).click();
  for (const name of choices) await page.getByRole("menuitemradio", { name }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
}

async function save(scope?: string) {
  await editor().getByRole("button", { name: "Save" }).click();
  if (scope !== undefined) await editor().getByRole("button", { name: scope }).click();
  await editor().waitFor({ state: "detached" });
}

/** A completed task has left the list, and the next occurrence stands there. */
async function followed(name: string) {
  const done = () => row(name).and(page.locator("[data-done]")).count();
  await expect.poll(async () => [await row(name).count(), await done()]).toEqual([1, 0]);
}

/** A date as many days later, and how the page writes it. */
function later(date: string, days: number): string {
  return new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10);
}
function written(date: string): string {
  const parts = {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    timeZone: "UTC",
  } as const;
  return new Intl.DateTimeFormat("en-GB", parts).format(new Date(date));
}

describe("lists", () => {
  it("sorts as it is asked to, and the address carries it", async () => {
    await signUp(page, person);
    await go("All");
    for (const words of ["oil the hinges !low", "call the bank !high", "wash the windows"]) await add(words);
    await expect.poll(titles).toHaveLength(3);
    await sortBy("Priority");
    await expect.poll(titles).toEqual(["call the bank", "wash the windows", "oil the hinges"]);
    expect(await audit(page)).toEqual([]);
    await sortBy("Lowest first");
    await expect.poll(titles).toEqual(["oil the hinges", "wash the windows", "call the bank"]);
    expect(new URL(page.url()).search).toBe("?sort=-priority");
    await page.reload();
    await expect.poll(titles).toEqual(["oil the hinges", "wash the windows", "call the bank"]);
    await sortBy("Added");
    await expect.poll(titles).toEqual(["wash the windows", "call the bank", "oil the hinges"]);
    // It stays while something is looked for.
    await page.getByRole("combobox", { name: "Search or filter tasks" }).fill("is:open -hinges");
    await expect.poll(titles).toEqual(["wash the windows", "call the bank"]);
    expect(new URL(page.url()).searchParams.get("sort")).toBe("-created");
    await page.keyboard.press("Escape");
  });

  it("has an order of one's own: by keys, from a menu and by dragging", async () => {
    await go("All");
    await sortBy("My own order");
    await expect.poll(titles).toEqual(["oil the hinges", "call the bank", "wash the windows"]);
    await title("wash the windows").focus();
    await page.keyboard.press("Alt+ArrowUp");
    await expect.poll(titles).toEqual(["oil the hinges", "wash the windows", "call the bank"]);
    await page.keyboard.press("Alt+ArrowUp");
    await expect.poll(titles).toEqual(["wash the windows", "oil the hinges", "call the bank"]);
    expect(await title("wash the windows").evaluate((it) => it === document.activeElement)).toBe(true);
    await (await toast("Moved “wash the windows”")).getByRole("button", { name: "Undo" }).click();
    await expect.poll(titles).toEqual(["oil the hinges", "wash the windows", "call the bank"]);

    await page.getByRole("button", { name: "Move “call the bank”" }).click();
    expect(await audit(page)).toEqual([]);
    await page.getByRole("menuitem", { name: "To the top" }).click();
    await expect.poll(titles).toEqual(["call the bank", "oil the hinges", "wash the windows"]);

    const handle = (await page.getByRole("button", { name: "Move “call the bank”" }).boundingBox())!;
    const last = (await row("wash the windows").boundingBox())!;
    await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
    await page.mouse.down();
    await page.mouse.move(handle.x + handle.width / 2, last.y + last.height - 6, { steps: 6 });
    await page.mouse.up();
    await expect.poll(titles).toEqual(["oil the hinges", "wash the windows", "call the bank"]);
    expect(await page.getByRole("menu").count()).toBe(0);
    await toast("Moved “call the bank”");
    await page.reload();
    await expect.poll(titles).toEqual(["oil the hinges", "wash the windows", "call the bank"]);
  });

  it("lets a task wait for another, and refuses a circle", async () => {
    await go("All");
    await title("wash the windows").click();
    const field = () => editor().getByRole("combobox", { name: "Waits for" });
    await field().fill("hing");
    await editor().getByRole("option", { name: "oil the hinges" }).waitFor();
    expect(await audit(page)).toEqual([]);
    await field().press("Enter");
    await editor().getByRole("button", { name: "No longer wait for “oil the hinges”" }).waitFor();
    await save();
    await row("wash the windows").getByText("waits for another").waitFor();

    desktop.forgive(422, "/api/tasks/");
    await title("oil the hinges").click();
    await field().fill("windows");
    await editor().getByRole("option", { name: "wash the windows" }).click();
    await editor().getByRole("button", { name: "Save" }).click();
    await editor().getByRole("alert").getByText("cannot wait for itself").waitFor();
    await page.keyboard.press("Escape");
    await editor().getByRole("button", { name: "Discard" }).click();

    await page.getByRole("checkbox", { name: "Complete “oil the hinges”" }).click();
    await row("wash the windows").getByText("waits for another").waitFor({ state: "detached" });
  });

  it("leaves single dates of a repeat out, and adds others", async () => {
    await add("stretch every day at 7am");
    await title("stretch").click();
    await editor().getByLabel("Repeat").selectOption("custom");
    await editor().getByText("More", { exact: true }).click();
    const first = await editor().getByLabel("Date", { exact: true }).inputValue();
    const next = () => editor().locator(".rule-preview li").allTextContents();
    await expect.poll(async () => (await next())[1]).toBe(`${written(later(first, 1))}, 07:00`);
    await editor().getByLabel("Dates that are left out").fill(later(first, 1));
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await next())[1]).toBe(`${written(later(first, 2))}, 07:00`);
    await editor().getByLabel("Dates that are added").fill(`${first}T18:30`);
    await editor().getByRole("button", { name: "Add", exact: true }).click();
    await expect.poll(async () => (await next())[1]).toBe(`${written(first)}, 18:30`);
    expect(await audit(page)).toEqual([]);
    await save("All of them");

    await title("stretch").click();
    const dates = editor().getByRole("button", { name: /^Remove date/ });
    await expect.poll(() => dates.count()).toBe(2);
    await dates.last().click();
    await expect.poll(async () => (await next())[1]).toBe(`${written(later(first, 2))}, 07:00`);
    await save("All of them");
    await title("stretch").click();
    await expect.poll(() => dates.count()).toBe(1);
    await page.keyboard.press("Escape");
  });

  it("changes this occurrence and those to come, and not those before", async () => {
    await page.getByRole("checkbox", { name: "Complete “stretch”" }).click();
    await followed("stretch");
    await title("stretch").click();
    await editor().getByLabel("Title").fill("stretch and breathe");
    await save("This and later ones");
    await row("stretch and breathe").waitFor();
    await page.getByRole("checkbox", { name: "Complete “stretch and breathe”" }).click();
    // The next one has come by itself, under the new name.
    await followed("stretch and breathe");
    await go("Done");
    await expect.poll(titles).toEqual(expect.arrayContaining(["stretch and breathe", "stretch"]));
    await go("All");
    await row("stretch and breathe").waitFor();
    expect(await row("stretch").count()).toBe(0);
  });

  it("reminds again until it is done", async () => {
    await title("stretch and breathe").click();
    await editor().getByLabel("Reminders").selectOption({ label: "1 hour before" });
    await editor().getByLabel("Again until it is done").selectOption({ label: "every 15 minutes" });
    await save("This and later ones");
    await title("stretch and breathe").click();
    await editor().getByText("1 hour before", { exact: true }).waitFor();
    expect(await editor().getByLabel("Again until it is done").inputValue()).toBe("PT15M");
    await page.keyboard.press("Escape");
  });

  it("shows messages above what is open, where they can be answered", async () => {
    await add("buy stamps #papers");
    await row("buy stamps").getByText("#papers").waitFor();
    await page.getByRole("button", { name: "Account: Hedy" }).first().click();
    await page.getByRole("menuitem", { name: "Tags" }).click();
    const tags = page.getByRole("dialog", { name: "Tags", exact: true });
    await tags.getByRole("button", { name: "Rename #papers" }).click();
    await tags.getByRole("textbox", { name: "Rename #papers" }).fill("post");
    await tags.getByRole("button", { name: "Save" }).click();
    await tags.getByRole("button", { name: "Rename #post" }).waitFor();
    const changed = await toast("Changed 1 task");
    expect(await audit(page)).toEqual([]);
    await changed.getByRole("button", { name: "Undo" }).click();
    await tags.getByRole("button", { name: "Rename #papers" }).waitFor();
    // It outlives the dialog that it was shown in.
    const undone = await toast("Undone");
    await page.keyboard.press("Escape");
    await tags.waitFor({ state: "detached" });
    await undone.getByRole("button", { name: "Redo" }).click();
    await row("buy stamps").getByText("#post").waitFor();
  });

  it("says that there is no network, and keeps what is typed", async () => {
    const lone = await open(browser, { storageState: await page.context().storageState() });
    const there = lone.page;
    await there.goto("/all");
    await row("buy stamps", there).waitFor();
    await there.context().setOffline(true);
    await there.getByText("You are offline").waitFor();
    const field = there.getByLabel("Add a task").first();
    await field.fill("mend the fence");
    await there.keyboard.press("Enter");
    await (await held(there, "No connection")).waitFor();
    expect(await field.inputValue()).toBe("mend the fence");
    await row("buy stamps", there).waitFor();
    await there.context().setOffline(false);
    await there.getByText("You are offline").waitFor({ state: "detached" });
    await field.press("Enter");
    await row("mend the fence", there).waitFor();
    // The browser reports each request that found no network.
    expect(lone.complaints().filter((line) => !line.includes("ERR_INTERNET_DISCONNECTED"))).toEqual([]);
    await there.context().close();
  });

  it.each([
    ["de-AT", "de", "Alle"],
    ["pt-BR", "pt", "Todas"],
    ["nl-NL", "en", "All"],
  ])("speaks what the browser asks for, else English: %s", async (locale, language, heading) => {
    const other = await open(browser, { locale, storageState: await page.context().storageState() });
    await other.page.goto("/all");
    await other.page.getByRole("heading", { name: heading, level: 1 }).waitFor();
    expect(await other.page.evaluate(() => document.documentElement.lang)).toBe(language);
    expect(other.complaints()).toEqual([]);
    await other.page.context().close();
  });
});
