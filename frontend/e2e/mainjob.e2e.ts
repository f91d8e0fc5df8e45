/**
 * The main job in a real browser against the whole system: sign up, say it, see it, complete it, be reminded of it, take it
 * back. Each step waits for what a person would wait for.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { audit, held, launch, open, picture, type Watched } from "./browser.ts";

const person = { name: "Ada", email: `ada-${randomUUID()}@example.org`, password: randomUUID() };

/** When the test began, as the wall clock of the page shows it (browser.ts), in UTC's clothes. */
const began = new Date(
  `${new Date().toLocaleString("sv-SE", { timeZone: "Europe/Paris" }).replace(" ", "T")}Z`,
);
/** The rent's day of the month: the 1st, unless that is so near that its reminder would lie in the past. */
const rentDay = began.getUTCDate() >= 27 || began.getUTCDate() === 1 ? 10 : 1;
const RENT = `pay rent every month on the ${rentDay === 1 ? "1st" : "10th"} at 9am, remind me 2 days before #home !high`;

/** The rent's day that comes `months` after the next one, as the list writes it. */
function rentDue(months: number): RegExp {
  const ahead = began.getUTCDate() < rentDay ? 0 : 1;
  const date = new Date(Date.UTC(began.getUTCFullYear(), began.getUTCMonth() + ahead + months, rentDay));
  const month = new Intl.DateTimeFormat("en-GB", { month: "short", timeZone: "UTC" }).format(date);
  // Near enough to be named, it is a weekday instead.
  return months === 0 ? new RegExp(`${rentDay} ${month}|day`) : new RegExp(`${rentDay} ${month}`);
}

let browser: Browser;
let desktop: Watched;
let page: Page;
let reminded: Promise<boolean>;

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
    // test-results/ is git-ignored; the picture says more than the locator.
    await page.screenshot({ path: join(import.meta.dirname, "../test-results/failed.png") });
  }
  expect(desktop.complaints()).toEqual([]);
});

const row = (title: string | RegExp, on = page): Locator => on.getByRole("article", { name: title });
const toast = (text: string | RegExp) => held(page, text);
const go = (view: string) => page.getByRole("navigation").getByRole("link", { name: view }).first().click();

async function say(words: string) {
  await page.getByLabel("Message", { exact: true }).fill(words);
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Send" }).waitFor();
}

async function add(words: string) {
  await page.getByLabel("Add a task").first().fill(words);
  await page.keyboard.press("Enter");
  await page.locator("#quick-add:placeholder-shown").waitFor();
}

describe("the main job", () => {
  it("signs up", async () => {
    await page.goto("/");
    await page.getByRole("button", { name: "New here? Create an account" }).click();
    await page.getByLabel("Name").fill(person.name);
    await page.getByLabel("E-mail").fill(person.email);
    await page.getByLabel("Password", { exact: true }).fill("short");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("alert").getByText("at least 8 characters").waitFor();
    await page.getByLabel("Password", { exact: true }).fill(person.password);
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("heading", { name: "Today", level: 1 }).waitFor();
    await page.getByRole("heading", { name: "A clear day" }).waitFor();
  });

  it("sets a task with a reminder a minute from now", async () => {
    await add("take the bread out in 2 minutes, remind me 1 minute before");
    await row("take the bread out").waitFor();
    // It may come while other things are being tried, and goes by itself.
    reminded = page
      .locator(".toast", { hasText: "Reminder: take the bread out" })
      .waitFor({ timeout: 170_000 })
      .then(
        () => true,
        () => false,
      );
  });

  it("understands a sentence in the chat and shows the task in the list", async () => {
    await go("All");
    await say(RENT);
    const card = page.locator("[data-task-card]", { hasText: "pay rent" });
    for (const words of ["high", "#home", /month/]) await card.getByText(words).first().waitFor();
    const rent = row("pay rent");
    for (const words of [rentDue(0), "09:00", /month/, "High", "#home"])
      await rent.getByText(words).first().waitFor();

    await rent.getByRole("button", { name: "pay rent", exact: true }).click();
    const editor = page.getByRole("dialog", { name: "Edit task" });
    await editor.getByText("2 days before", { exact: true }).waitFor();
    expect(await editor.getByLabel("Time").inputValue()).toBe("09:00");
    expect(await editor.getByLabel("High").isChecked()).toBe(true);
    expect(await audit(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await editor.waitFor({ state: "detached" });
  });

  it("brings the next occurrence when one is completed", async () => {
    await page.getByRole("checkbox", { name: "Complete “pay rent”" }).click();
    await toast("Completed “pay rent”");
    await row("pay rent").getByText(rentDue(1)).waitFor();
  });

  it("has a page that an accessibility checker finds nothing wrong with", async () => {
    for (const view of ["Today", "Done", "Activity", "All"]) {
      await go(view);
      await page.getByRole("heading", { name: view, level: 1 }).waitFor();
      await page.locator(".skeleton").waitFor({ state: "detached" });
      expect(await audit(page)).toEqual([]);
    }
  });

  it("edits by keyboard", async () => {
    await add("call the plumber tomorrow at 14:00 #home");
    await row("call the plumber").getByRole("button", { name: "call the plumber", exact: true }).focus();
    await page.keyboard.press("e");
    const editor = page.getByRole("dialog", { name: "Edit task" });
    await editor.getByLabel("Title").fill("call the plumber about the tap");
    await editor.getByLabel("High").check();
    await editor.getByRole("button", { name: "Save" }).click();
    await row("call the plumber about the tap").getByText("High").waitFor();
  });

  it("keeps an edit whose task was changed elsewhere, and puts it on top when asked again", async () => {
    const edit = async (on: Page) => {
      const plumber = row("call the plumber about the tap", on);
      await plumber.hover();
      await plumber.getByRole("button", { name: /^Edit/ }).click();
    };
    const editor = page.getByRole("dialog", { name: "Edit task" });
    // The browser reports the refusal itself; here it is the point.
    desktop.forgive(412, "/api/tasks/");
    await edit(page);
    await editor.getByLabel("Description").fill("the one in the kitchen");

    const elsewhere = await open(browser, { storageState: await page.context().storageState() });
    await elsewhere.page.goto("/all");
    await edit(elsewhere.page);
    await elsewhere.page.getByLabel("Low").check();
    await elsewhere.page.getByRole("button", { name: "Save" }).click();
    await row("call the plumber about the tap", elsewhere.page).getByText("Low").waitFor();
    await elsewhere.page.context().close();

    await editor.getByRole("button", { name: "Save" }).click();
    await editor.getByText("changed elsewhere").waitFor();
    expect(await editor.getByLabel("Low").isChecked()).toBe(true);
    await editor.getByRole("button", { name: "Save" }).click();
    await row("call the plumber about the tap").getByText("the one in the kitchen").waitFor();
  });

  it("searches in words and tags, and says when there is nothing", async () => {
    await page.getByRole("combobox", { name: "Search or filter tasks" }).fill("plumber");
    await page.getByText("1 result", { exact: true }).waitFor();
    await page.getByRole("combobox", { name: "Search or filter tasks" }).fill("nothing like it");
    await page.getByRole("heading", { name: "No match" }).waitFor();
    await page.keyboard.press("Escape");
    await row("pay rent").waitFor();
  });

  it("deletes, and takes the deletion back", async () => {
    await row("call the plumber about the tap")
      .getByRole("button", { name: "call the plumber about the tap", exact: true })
      .focus();
    await page.keyboard.press("Delete");
    const deleted = await toast("Deleted “call the plumber about the tap”");
    await row("call the plumber about the tap").waitFor({ state: "detached" });
    await deleted.getByRole("button", { name: "Undo" }).click();
    await row("call the plumber about the tap").waitFor();
  });

  it("reminds in the page, on time", async () => {
    expect(await reminded).toBe(true);
    await page.getByRole("button", { name: /^Notifications, 1 unread/ }).click();
    const panel = page.getByRole("dialog", { name: "Notifications" });
    await panel.getByText("take the bread out").waitFor();
    expect(await panel.getByText("late").count()).toBe(0);
    await panel.getByRole("button", { name: "Mark all as read" }).click();
    await page.getByRole("button", { name: "Notifications", exact: true }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("shows each step in the chain, and that the chain holds", async () => {
    await go("Activity");
    await page.getByText(/^Chain verified: \d+ entries$/).waitFor();
    for (const step of [
      /^Assistant created pay rent/,
      /^You completed pay rent/,
      /^Recurrence created pay rent/,
      /^Reminder fired for take the bread out/,
    ]) {
      await page.getByRole("listitem").filter({ hasText: step }).first().waitFor();
    }
  });

  it("finds list, conversation and place again after a reload", async () => {
    await go("All");
    await page.reload();
    await row("pay rent").waitFor();
    await page.getByRole("log").getByText(RENT).waitFor();
  });

  it("speaks another language when asked to", async () => {
    await page.getByRole("button", { name: "Account: Ada" }).first().click();
    await page.getByRole("menuitemradio", { name: "Deutsch" }).click();
    await page.getByRole("menuitemradio", { name: "English" }).waitFor();
    await page.getByRole("heading", { name: "Alle", level: 1 }).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe("de");
    await page.getByRole("menuitemradio", { name: "English" }).click();
    await page.getByRole("heading", { name: "All", level: 1 }).waitFor();
    await page.keyboard.press("Escape");
  });

  it("looks like this", async () => {
    const week = [
      "water the plants every 3 days #home",
      "team lunch on friday at 12:30 #work",
      "renew the passport by 15 january !high",
    ];
    for (const words of week) await add(words);
    for (const title of ["water the plants", "team lunch", "renew the passport"]) await row(title).waitFor();
    // One may go by itself meanwhile; then there is nothing to click.
    const dismiss = page.getByRole("button", { name: "Dismiss" });
    while ((await dismiss.count()) > 0)
      await dismiss
        .first()
        .click({ timeout: 1000 })
        .catch(() => undefined);
    await picture(page, "desktop");
  });

  it("fits a phone", async () => {
    const state = await page.context().storageState();
    const phone = await open(browser, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      storageState: state,
    });
    await phone.page.goto("/all");
    await row("pay rent", phone.page).waitFor();
    const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide, "scrolls sideways").toBe(false);
    expect(await audit(phone.page)).toEqual([]);
    await picture(phone.page, "phone");
    await phone.page.getByRole("link", { name: "Chat" }).click();
    await phone.page.getByRole("log").getByText(RENT).waitFor();
    await phone.page.getByRole("link", { name: "Activity" }).click();
    await phone.page.getByText(/^Chain verified/).waitFor();
    expect(phone.complaints()).toEqual([]);
    await phone.page.context().close();
  });

  it("is as readable in the dark", async () => {
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    expect(await audit(page)).toEqual([]);
    await picture(page, "dark");
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  });

  it("signs out, and in again", async () => {
    await page.getByRole("button", { name: "Account: Ada" }).first().click();
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Welcome back" }).waitFor();
    await page.getByLabel("E-mail").fill(person.email);
    await page.getByLabel("Password", { exact: true }).fill(person.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await go("All");
    await row("pay rent").waitFor();
  });
});
