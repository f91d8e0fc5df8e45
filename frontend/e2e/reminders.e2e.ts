/**
 * How a person is reached: a mail address is proved and tried, a browser that cannot be pushed to says so, what is pushed is
 * shown, quiet hours and the digest are kept.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { audit, base, launch, open, picture, signUp, type Watched } from "./browser.ts";

const person = { name: "Grace", email: `grace-${randomUUID()}@example.org`, password: randomUUID() };

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

const toast = (text: string): Locator => page.locator(".toast", { hasText: text }).last();
const dialog = (on = page): Locator => on.getByRole("dialog", { name: "Settings" });

async function openSettings(on = page) {
  await on.getByRole("button", { name: "Account: Grace" }).first().click();
  await on.getByRole("menuitem", { name: "Settings" }).click();
  await dialog(on).waitFor();
}

/** A mail to the person that the laptop's catcher took, by its subject. */
async function mail(subject: RegExp): Promise<string> {
  for (;;) {
    const box = await (await fetch(`${base}/_mail/`)).text();
    for (const [, file, title, to] of box.matchAll(/<a href="([^"]+)">([^<]*)<\/a> to ([^,]+),/g)) {
      if (to === person.email && subject.test(title!)) {
        return (await (await fetch(`${base}/_mail/${file}`)).text()).replaceAll("=\r\n", "");
      }
    }
    await new Promise((later) => setTimeout(later, 200));
  }
}

describe("reminders", () => {
  it("signs up and opens the settings", async () => {
    await signUp(page, person);
    await openSettings();
    await dialog().getByText("In the app they always come").waitFor();
  });

  it("proves a mail address with the code that goes there", async () => {
    await dialog().getByRole("button", { name: "E-mail" }).click();
    await expect.poll(() => dialog().getByLabel("Address").inputValue()).toBe(person.email);
    await dialog().getByRole("button", { name: "Add and send the code" }).click();
    const channel = dialog().getByRole("listitem").filter({ hasText: person.email });
    await channel.getByText("not verified yet").waitFor();
    const letter = await mail(/^Your code is/);
    const code = /Your code is (\d{6})/.exec(letter)![1]!;
    desktop.forgive(422, "/api/notifications/channels");
    await channel.getByLabel("Code").fill(code === "000000" ? "000001" : "000000");
    await channel.getByRole("button", { name: "Verify" }).click();
    await toast("is not the code").waitFor();
    await channel.getByLabel("Code").fill(code);
    await channel.getByRole("button", { name: "Verify" }).click();
    await channel.getByText("in use").first().waitFor();
  });

  it("tries the address", async () => {
    // A message a moment after the one before is refused; then a person tries again.
    desktop.forgive(429, "/api/notifications/channels");
    const send = dialog().getByRole("button", { name: "Send a test" });
    const tried = () =>
      page.waitForResponse(
        (answer) => answer.url().endsWith("/test") && answer.request().method() === "POST",
      );
    await expect
      .poll(
        async () => {
          const [answer] = await Promise.all([tried(), send.click()]);
          return answer.status();
        },
        { interval: 2_000 },
      )
      .not.toBe(429);
    await toast("A test is on its way").waitFor();
    expect(await mail(/^A test from Nudge/)).toContain("It works");
  });

  it("says what is wrong with an address", async () => {
    await dialog().getByRole("button", { name: "Webhook" }).click();
    await dialog().getByLabel("URL").fill("example.com/hook");
    await dialog().getByRole("button", { name: "Add and send the code" }).click();
    await dialog().getByRole("alert").getByText("is no absolute URL").waitFor();
    await dialog().getByRole("button", { name: "Cancel" }).click();
  });

  it("says that this browser cannot be pushed to", async () => {
    await dialog().getByRole("button", { name: "This browser" }).click();
    const allow = dialog().getByRole("button", { name: "Allow notifications" });
    await allow.waitFor();
    if (await allow.isEnabled()) await allow.click();
    await dialog()
      .getByText(/Notifications are refused for this page|could not reach its notification service/)
      .first()
      .waitFor();
  });

  it("shows what is pushed, and opens its task", async () => {
    await page.context().grantPermissions(["notifications"], { origin: base });
    const devtools = await page.context().newCDPSession(page);
    const registered = new Promise<string>((found) => {
      devtools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
        if (registrations[0] !== undefined) found(registrations[0].registrationId);
      });
    });
    await devtools.send("ServiceWorker.enable");
    await page.evaluate(async () => {
      await navigator.serviceWorker.register("/sw.js");
      await navigator.serviceWorker.ready;
    });
    await devtools.send("ServiceWorker.deliverPushMessage", {
      origin: new URL(base).origin,
      registrationId: await registered,
      data: JSON.stringify({
        kind: "reminder",
        title: "Pay rent",
        text: "Due tomorrow",
        notification_id: "n1",
        language: "de",
      }),
    });
    await expect
      .poll(() =>
        page.evaluate(async () => {
          const registration = await navigator.serviceWorker.ready;
          const shown = await registration.getNotifications();
          return shown.map(({ title, body, tag }) => `${title}|${body}|${tag}`);
        }),
      )
      .toEqual(["Pay rent|Due tomorrow|n1"]);
  });

  it("keeps quiet hours, the digest and how dates are read", async () => {
    // A switch shows what is wished a moment after the click, when it has been told of it.
    await dialog().getByLabel("Quiet hours").click();
    await dialog().getByLabel("From").fill("21:30");
    await dialog().getByLabel("From").blur();
    await dialog().getByLabel("Until").fill("06:45");
    await dialog().getByLabel("Until").blur();
    const digest = dialog().getByRole("group", { name: "Daily digest" }).getByLabel("Daily digest");
    await digest.click();
    await expect.poll(() => digest.isChecked()).toBe(true);
    await dialog().getByLabel("3/4 is read as").selectOption("month_first");
    const saved = page.waitForResponse(
      (answer) => answer.ok() && (answer.request().postData()?.includes("week_start") ?? false),
    );
    await dialog().getByLabel("First day of the week").selectOption("sunday");
    await saved; // each change is saved after the one before
    await page.reload();
    await openSettings();
    await expect.poll(() => dialog().getByLabel("From").inputValue()).toBe("21:30");
    expect(await dialog().getByLabel("Until").inputValue()).toBe("06:45");
    expect(await digest.isChecked()).toBe(true);
    expect(await dialog().getByLabel("3/4 is read as").inputValue()).toBe("month_first");
    expect(await dialog().getByLabel("First day of the week").inputValue()).toBe("sunday");
    expect(await audit(page)).toEqual([]);
    await picture(page, "settings");
  });

  it("fits a phone, and the dark", async () => {
    const state = await page.context().storageState();
    const phone = await open(browser, {
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      isMobile: true,
      storageState: state,
      colorScheme: "dark",
    });
    await phone.page.goto("/today");
    await openSettings(phone.page);
    await dialog(phone.page).getByLabel("From").waitFor();
    const wide = await phone.page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    expect(wide, "scrolls sideways").toBe(false);
    expect(await audit(phone.page)).toEqual([]);
    await picture(phone.page, "settings-phone");
    expect(phone.complaints()).toEqual([]);
    await phone.page.context().close();
  });

  it("takes an address away", async () => {
    const channel = dialog().getByRole("listitem").filter({ hasText: person.email });
    await channel.getByRole("button", { name: "Remove" }).click();
    await channel.waitFor({ state: "detached" });
  });
});
