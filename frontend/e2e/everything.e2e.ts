/**
 * What the page can do beside the main job: filters that are written and kept, any repeat, parts and tags, several tasks at once,
 * the trash, undo from the activity, keys alone, files in and out, calendars, and the end of the account.
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { audit, base, held, launch, open, picture, signUp, type Watched } from "./browser.ts";

const person = { name: "Mary", email: `mary-${randomUUID()}@example.org`, password: randomUUID() };
const CSV = [
  "TYPE,CONTENT,DESCRIPTION,PRIORITY,INDENT,AUTHOR,RESPONSIBLE,DATE,DATE_LANG,TIMEZONE",
  "task,Buy paint,,1,1,,,,en,",
  "task,Paint the fence,the green one,4,1,,,,en,",
].join("\n");

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

const row = (title: string): Locator => page.getByRole("article", { name: title, exact: true });
const title = (name: string): Locator => row(name).getByRole("button", { name, exact: true });
const toast = (text: string | RegExp) => held(page, text);
const box = (): Locator => page.getByRole("combobox", { name: "Search or filter tasks" });
const dialog = (name: string): Locator => page.getByRole("dialog", { name, exact: true });
const go = (view: string) => page.getByRole("navigation").getByRole("link", { name: view }).first().click();
const filterOf = () => new URL(page.url()).searchParams.get("filter");

async function add(words: string) {
  await page.getByLabel("Add a task").first().fill(words);
  await page.keyboard.press("Enter");
  await page.locator("#quick-add:placeholder-shown").waitFor();
}

/** A condition as the list of them has it: its name, and an example. */
async function labelOf(editor: Locator, name: string): Promise<string> {
  const labels = await editor.getByLabel("Add a condition").getByRole("option").allTextContents();
  return labels.find((label) => label.startsWith(`${name} (`)) ?? name;
}

async function menu(item: string) {
  await page.getByRole("button", { name: "Account: Mary" }).first().click();
  await page.getByRole("menuitem", { name: item }).click();
}

describe("the whole page", () => {
  it("signs up and adds a few tasks", async () => {
    await signUp(page, person);
    await go("All");
    await add("sweep the yard #garden");
    await add("mow the lawn tomorrow #garden !high");
    await add("file the taxes #papers");
    await add("stretch every day at 7am");
    for (const name of ["sweep the yard", "mow the lawn", "file the taxes", "stretch"])
      await row(name).waitFor();
  });

  it("completes a filter by keyboard, and the address carries it", async () => {
    await page.keyboard.press("Escape");
    await page.getByRole("main").focus();
    await page.keyboard.press("/");
    await page.keyboard.type("pri");
    await page.getByRole("option", { name: "priority:" }).waitFor();
    expect(await audit(page)).toEqual([]);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("option", { name: /^priority:high/ }).waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Tab");
    await expect.poll(() => box().inputValue()).toBe("priority:high ");
    await page.keyboard.type("#ga");
    await page.getByRole("option", { name: "#garden" }).click();
    await page.getByText("1 result", { exact: true }).waitFor();
    await expect.poll(filterOf).toBe("priority:high #garden");
    await page.reload();
    await row("mow the lawn").waitFor();
    expect(await box().inputValue()).toBe("priority:high #garden");
  });

  it("marks what is wrong in a filter where it stands", async () => {
    desktop.forgive(422, "/api/tasks?");
    await box().fill("#garden due:soonish or rent");
    await page.getByRole("heading", { name: "This filter can’t be read" }).waitFor();
    await page.getByText("“soonish”").or(page.getByText('"soonish" is no date')).first().waitFor();
    expect(await page.locator(".search-mirror mark").textContent()).toBe("due:soonish");
    expect(await box().getAttribute("aria-invalid")).toBe("true");
    expect(await audit(page)).toEqual([]);
  });

  it("keeps filters at the side: names them, moves them, drops one and takes that back", async () => {
    for (const [name, filter] of [
      ["Garden", "#garden"],
      ["Undated", "no:due"],
    ] as const) {
      await box().fill(filter);
      await page.getByRole("button", { name: "Keep this filter" }).click();
      await dialog("Keep this filter").getByLabel("Name").fill(name);
      await dialog("Keep this filter").getByRole("button", { name: "Save" }).click();
      await page.getByRole("heading", { name, level: 1 }).waitFor();
    }
    const side = page.getByRole("navigation", { name: "Filters" }).first();
    await expect.poll(() => side.getByRole("link").allTextContents()).toEqual(["Garden", "Undated"]);
    const act = async (name: string, item: string) => {
      await side.getByRole("button", { name: `“${name}”` }).click();
      await page.getByRole("menuitem", { name: item }).click();
    };
    await act("Undated", "Move up");
    await expect.poll(() => side.getByRole("link").allTextContents()).toEqual(["Undated", "Garden"]);
    await act("Garden", "Edit filter");
    await dialog("Edit filter").getByLabel("Name").fill("Outdoors");
    await dialog("Edit filter").getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: "Outdoors", level: 1 }).waitFor();
    await act("Undated", "Delete");
    const dropped = await toast("“Undated” is no longer kept");
    await expect.poll(() => side.getByRole("link").allTextContents()).toEqual(["Outdoors"]);
    await dropped.getByRole("button", { name: "Undo" }).click();
    await expect.poll(() => side.getByRole("link").allTextContents()).toEqual(["Undated", "Outdoors"]);
    expect(await audit(page)).toEqual([]);
    await picture(page, "filters");
  });

  it("edits a repeat in a form and sees when it comes", async () => {
    await go("All");
    await title("mow the lawn").click();
    const editor = dialog("Edit task");
    await editor.getByLabel("Repeat").selectOption("custom");
    await editor.getByLabel("Unit").selectOption("MONTHLY");
    await editor.getByText("On a weekday").click();
    await editor.getByLabel("Which").selectOption("-1");
    await editor.getByLabel("Weekday", { exact: true }).selectOption("WORKDAY");
    await editor.getByLabel("Ends").selectOption("count");
    await editor.getByRole("spinbutton", { name: "after so many" }).fill("3");
    await editor.getByText("every month on the last weekday, 3 times", { exact: false }).waitFor();
    await expect.poll(() => editor.locator(".rule-preview li").count()).toBe(3);
    await editor.getByText("More", { exact: true }).click();
    expect(await editor.getByLabel("Rule as text").inputValue()).toBe(
      "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3",
    );
    expect(await audit(page)).toEqual([]);
    desktop.forgive(422, "/api/recurrence/preview");
    await editor.getByLabel("Rule as text").fill("FREQ=HOURLX");
    await editor.getByText("This rule can only be changed as text").waitFor();
    await editor.getByRole("alert").filter({ hasText: /\w/ }).first().waitFor();
    await editor.getByLabel("Rule as text").fill("FREQ=WEEKLY;BYDAY=MO,TH");
    await editor.getByRole("button", { name: "Monday" }).waitFor();
    expect(await editor.getByRole("button", { name: "Thursday" }).getAttribute("aria-pressed")).toBe("true");
    await editor
      .locator(".rule-preview")
      .getByText(/Monday and Thursday/)
      .waitFor();
    await picture(page, "repeat");
    await editor.getByRole("button", { name: "Save" }).click();
    await row("mow the lawn")
      .getByText(/Monday and Thursday/)
      .waitFor();
  });

  it("says any rule part by part, and shows at once when it comes", async () => {
    await title("file the taxes").click();
    const editor = dialog("Edit task");
    await editor.getByLabel("Repeat").selectOption("custom");
    await editor.getByLabel("Unit").selectOption("HOURLY");
    const condition = (name: string) => editor.getByRole("textbox", { name, exact: true });
    for (const [name, value] of [
      ["Weekdays", "mo, 2tu"],
      ["Hours", "9,17"],
    ] as const) {
      await editor.getByLabel("Add a condition").selectOption({ label: await labelOf(editor, name) });
      await condition(name).fill(value);
    }
    const next = () => editor.locator(".rule-preview li").allTextContents();
    // An ordinal stands beside months and years alone: the server says so, in the person's words.
    desktop.forgive(422, "/api/recurrence/preview");
    await editor.getByRole("alert").filter({ hasText: /\w/ }).first().waitFor();
    await condition("Weekdays").fill("MO");
    // It comes more than once a day: it has got a time to begin at.
    expect(await editor.getByLabel("Time").inputValue()).toBe("09:00");
    await expect.poll(async () => (await next()).slice(0, 2).join()).toMatch(/^Mon.*Mon/);
    await editor.getByLabel("Unit").selectOption("YEARLY");
    await editor
      .getByLabel("Add a condition")
      .selectOption({ label: await labelOf(editor, "Weeks of the year") });
    await condition("Weeks of the year").fill("20");
    await editor.getByRole("button", { name: "Remove condition: Hours" }).click();
    await expect.poll(async () => (await next())[0]).toMatch(/^Mon.*May/);
    expect(await audit(page)).toEqual([]);
    await editor.getByText("More", { exact: true }).click();
    expect(await editor.getByLabel("Rule as text").inputValue()).toBe("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO");
    await page.keyboard.press("Escape");
    await editor.getByRole("button", { name: "Discard" }).click();
  });

  it("leaves an occurrence out, lets a series rest and go on", async () => {
    await title("stretch").click();
    const editor = dialog("Edit task");
    await editor.getByRole("button", { name: "Skip this one" }).click();
    await (await toast("Skipped “stretch”")).getByRole("button", { name: "Undo" }).click();
    await toast("Undone");
    await title("stretch").click();
    await editor.getByRole("button", { name: "Pause…" }).click();
    await editor.getByRole("button", { name: "Pause", exact: true }).click();
    await toast("Paused “stretch”");
    await title("stretch").click();
    await editor.getByText(/^Rests until/).waitFor();
    expect(await audit(page)).toEqual([]);
    await editor.getByRole("button", { name: "Resume now" }).click();
    await toast("“stretch” goes on");
  });

  it("asks how far a change of an occurrence goes", async () => {
    await title("stretch").click();
    const editor = dialog("Edit task");
    await editor.getByLabel("Title").fill("stretch and breathe");
    await editor.getByRole("button", { name: "Save" }).click();
    await editor.getByRole("group", { name: "What is this change for?" }).waitFor();
    expect(await audit(page)).toEqual([]);
    await editor.getByRole("button", { name: "Only this one" }).click();
    await page.getByRole("checkbox", { name: "Complete “stretch and breathe”" }).click();
    await row("stretch").waitFor();
    await title("stretch").click();
    await editor.getByLabel("High").check();
    await editor.getByRole("button", { name: "Save" }).click();
    await editor.getByRole("button", { name: "All of them" }).click();
    await row("stretch").getByText("High").waitFor();
    await page.getByRole("checkbox", { name: "Complete “stretch”" }).click();
    await toast("Completed “stretch”");
    await row("stretch").last().getByText("High").waitFor();
  });

  it("shows the parts of a task, and what a part belongs to", async () => {
    await title("file the taxes").click();
    const editor = dialog("Edit task");
    for (const part of ["find the receipts", "fill in the form"]) {
      await editor.getByLabel("Parts").fill(part);
      await page.keyboard.press("Enter");
      await editor.getByRole("button", { name: part, exact: true }).waitFor();
    }
    await editor.getByRole("checkbox", { name: "Complete “find the receipts”" }).click();
    await editor.getByRole("checkbox", { name: "Reopen “find the receipts”" }).waitFor();
    expect(await audit(page)).toEqual([]);
    await editor.getByRole("button", { name: "fill in the form", exact: true }).click();
    await expect.poll(() => editor.getByLabel("Title").inputValue()).toBe("fill in the form");
    await editor.getByRole("button", { name: "file the taxes" }).click();
    await expect.poll(() => editor.getByLabel("Title").inputValue()).toBe("file the taxes");
    await page.keyboard.press("Escape");
    await row("file the taxes").getByText("1 of 2 parts done").waitFor({ state: "attached" });
  });

  it("changes several at once by mouse, after showing what would change, and takes it back", async () => {
    await title("sweep the yard").click({ modifiers: ["Control"] });
    await title("file the taxes").click({ modifiers: ["Control"] });
    const bar = page.getByRole("toolbar", { name: "What to do with the selected tasks" });
    await bar.getByText("2 selected").waitFor();
    expect(await audit(page)).toEqual([]);
    await bar.getByRole("button", { name: "Tags" }).click();
    await dialog("Tags").getByLabel("Add tags").fill("#saturday");
    await dialog("Tags").getByText("Of 2 tasks, 2 would change").waitFor();
    expect(await audit(page)).toEqual([]);
    await picture(page, "several");
    await dialog("Tags").getByRole("button", { name: "Change 2 tasks" }).click();
    const changed = await toast("Changed 2 tasks");
    for (const name of ["sweep the yard", "file the taxes"]) await row(name).getByText("#saturday").waitFor();
    await changed.getByRole("button", { name: "Undo" }).click();
    await page.getByText("#saturday").first().waitFor({ state: "detached" });
  });

  it("does the same by keys alone, to the trash and back", async () => {
    await title("sweep the yard").focus();
    await page.keyboard.press("?");
    await dialog("Keyboard shortcuts").getByText("Select several in a row").waitFor();
    expect(await audit(page)).toEqual([]);
    await page.keyboard.press("Escape");
    // Keys act again when nothing stands above the page.
    await dialog("Keyboard shortcuts").waitFor({ state: "detached" });
    await title("sweep the yard").focus();
    await page.keyboard.press("s");
    await page.keyboard.press("Shift+ArrowDown");
    await page.getByText("2 selected").waitFor();
    await page.keyboard.press("b");
    for (let steps = 0; steps < 6; steps++) {
      const focused = await page.evaluate(() => document.activeElement?.textContent);
      if (focused === "Delete") break;
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await dialog("Delete").getByRole("button", { name: "Change 2 tasks" }).waitFor();
    await expect
      .poll(() => dialog("Delete").getByRole("button", { name: "Change 2 tasks" }).isEnabled())
      .toBe(true);
    await dialog("Delete").getByRole("button", { name: "Change 2 tasks" }).focus();
    await page.keyboard.press("Enter");
    await dialog("Delete").waitFor({ state: "detached" });
    await row("sweep the yard").waitFor({ state: "detached" });
    await page.getByRole("main").focus();
    await page.keyboard.press("6");
    await page.getByRole("heading", { name: "Trash", level: 1 }).waitFor();
    await row("sweep the yard").getByRole("button", { name: "Restore" }).click();
    await toast("Restored “sweep the yard”");
    await go("All");
    await row("sweep the yard").waitFor();
  });

  it("takes a change back from the activity", async () => {
    await go("Activity");
    await page.getByText(/^Chain verified/).waitFor();
    const restored = page
      .getByRole("listitem")
      .filter({ hasText: /sweep the yard/ })
      .first();
    await restored.getByRole("button", { name: "Undo" }).click();
    await toast("Undone");
    // The keys leave the pointer where it is: the message stays.
    await page.keyboard.press("3");
    await page.getByRole("heading", { name: "All", level: 1 }).waitFor();
    await row("sweep the yard").waitFor({ state: "detached" });
    await (await toast("Undone")).getByRole("button", { name: "Redo" }).click();
    await row("sweep the yard").waitFor();
  });

  it("shows at once what is changed elsewhere", async () => {
    const elsewhere = await open(browser, { storageState: await page.context().storageState() });
    const there = elsewhere.page;
    await there.goto("/all");
    await there.getByLabel("Add a task").first().fill("borrow a ladder #garden");
    await there.keyboard.press("Enter");
    await row("borrow a ladder").waitFor();
    await there
      .getByRole("article", { name: "borrow a ladder" })
      .getByRole("button", { name: "borrow a ladder", exact: true })
      .click();
    await there.getByRole("dialog", { name: "Edit task" }).getByLabel("Title").fill("borrow a long ladder");
    await there.keyboard.press("Enter");
    await row("borrow a long ladder").waitFor();
    await there.getByRole("checkbox", { name: "Complete “borrow a long ladder”" }).click();
    await row("borrow a long ladder").waitFor({ state: "detached" });
    await there.getByRole("combobox", { name: "Search or filter tasks" }).fill("has:subtasks");
    await there.getByRole("button", { name: "Keep this filter" }).click();
    await there.getByRole("dialog").getByLabel("Name").fill("In parts");
    await there.keyboard.press("Enter");
    await page
      .getByRole("navigation", { name: "Filters" })
      .first()
      .getByRole("link", { name: "In parts" })
      .waitFor();
    expect(elsewhere.complaints()).toEqual([]);
    await there.context().close();
  });

  it("merges a tag into another", async () => {
    await add("buy stamps #papers");
    await row("buy stamps").getByText("#papers").waitFor();
    await menu("Tags");
    const tags = dialog("Tags");
    await tags.getByRole("button", { name: "Rename #papers" }).click();
    await tags.getByRole("textbox", { name: "Rename #papers" }).fill("garden");
    await tags.getByText("#garden exists already").waitFor();
    expect(await audit(page)).toEqual([]);
    await tags.getByRole("button", { name: "Save" }).click();
    await tags.getByRole("button", { name: "Rename #papers" }).waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
  });

  it("takes a file in after showing what it holds, and gives all out", async () => {
    await menu("Settings");
    const settings = dialog("Settings");
    await settings
      .getByLabel("Choose a file")
      .setInputFiles({ name: "garden.csv", mimeType: "text/csv", buffer: Buffer.from(CSV) });
    await settings.getByText("2 tasks would be made; 0 are there already.").waitFor();
    await settings.getByRole("button", { name: "Import 2 tasks" }).click();
    await settings.getByText("2 tasks were made").waitFor();
    expect(await audit(page)).toEqual([]);
    for (const [name, words] of [
      ["JSON", /"Paint the fence"/],
      ["CSV", /Paint the fence/],
      ["iCalendar", /SUMMARY:Paint the fence/],
    ] as const) {
      const [file] = await Promise.all([
        page.waitForEvent("download"),
        settings.getByRole("button", { name, exact: true }).click(),
      ]);
      expect(await readFile(await file.path(), "utf8")).toMatch(words);
    }
  });

  it("gives a calendar an address, and ends it", async () => {
    const settings = dialog("Settings");
    await settings.getByRole("button", { name: "Make an address" }).click();
    await settings.getByLabel("Name").fill("Outdoors");
    await settings.getByLabel("Which tasks (a filter)").fill("#garden");
    await settings.getByRole("button", { name: "Make it" }).click();
    const address = await settings.getByLabel("Address", { exact: true }).inputValue();
    expect(address.startsWith(`${base}/feeds/`)).toBe(true);
    expect(await (await fetch(address)).text()).toContain("sweep the yard");
    expect(await audit(page)).toEqual([]);
    await settings.getByRole("button", { name: "End the address of “Outdoors”" }).click();
    await settings.getByRole("button", { name: "End it now" }).click();
    await settings.getByText("No calendar reads your tasks.").waitFor();
    expect((await fetch(address)).status).toBe(404);
  });

  it("deletes the account only for who knows its password", async () => {
    const settings = dialog("Settings");
    await settings.getByRole("button", { name: "Delete account" }).click();
    const now = settings.getByRole("button", { name: "Delete everything now" });
    await settings.getByLabel(`Type ${person.email} to confirm`).fill(person.email);
    await settings.getByLabel("Password").fill("not the password");
    expect(await audit(page)).toEqual([]);
    // Also the requests of the ended account that are on their way.
    desktop.forgive(401, "/");
    await now.click();
    await settings.getByText("don’t belong together").waitFor();
    await settings.getByLabel("Password").fill(person.password);
    await now.click();
    await page.getByRole("heading", { name: "Welcome back" }).waitFor();
    await page.getByLabel("E-mail").fill(person.email);
    await page.getByLabel("Password", { exact: true }).fill(person.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText("don’t belong together").waitFor();
  });
});
