// The console in a browser: journeys by mouse and by keyboard, and axe on every page, light and dark, narrow and wide.
//
// Told by the environment: CONSOLE (its origin), LINK (the first admin's), ISBN (of a title that is live), CHROMIUM (the browser),
// and SHOTS (a folder for pictures, if they are wanted). Ends with 0 where all went well; each failure is one line on stderr.

import assert from "node:assert/strict";
import path from "node:path";
import { chromium } from "playwright-core";
import { AxeBuilder } from "@axe-core/playwright";

const { CONSOLE, LINK, ISBN, CHROMIUM, SHOTS } = process.env;
const PASSWORD = "a pass phrase long enough";
const ROOMS = [
  "/", "/titles", "/launch", "/modules", "/runs", "/failures", "/findings", "/forecast", "/sites", "/audit", "/people",
];
const failures = [];

const browser = await chromium.launch({
  executablePath: CHROMIUM,
  args: ["--no-sandbox", "--disable-dev-shm-usage"],
});

async function step(name, walk) {
  try {
    await walk();
    console.log(`ok ${name}`);
  } catch (error) {
    failures.push(name);
    console.error(`failed ${name}: ${error.message}`);
  }
}

const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
const page = await context.newPage();
page.setDefaultTimeout(20_000);
const logged = [];
page.on("console", (message) => message.type() === "error" && logged.push(message.text()));

const heading = () => page.locator("h1").innerText();
const room = (name) => page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name, exact: true }).click();

await step("the first admin comes in by the link, and it works once", async () => {
  await page.goto(LINK);
  await page.getByLabel(/name/i).first().fill("ada");
  await page.getByLabel(/password/i).first().fill(PASSWORD);
  await page.locator("main button").click();
  assert.equal(await heading(), "How things stand");
  const again = await page.goto(LINK);
  assert.equal(again.status(), 404);
});

await step("signing out and in", async () => {
  await page.goto(`${CONSOLE}/`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel(/name/i).first().fill("ada");
  await page.getByLabel(/password/i).first().fill("not the pass phrase");
  await page.locator("main button").click();
  assert.match(await page.locator("main").innerText(), /wrong|not right|neither/i);
  await page.getByLabel(/name/i).first().fill("ada");
  await page.getByLabel(/password/i).first().fill(PASSWORD);
  await page.locator("main button").click();
  assert.equal(await heading(), "How things stand");
});

let title;
await step("a title is found by its ISBN, with spaces in it, and says why it stands as it does", async () => {
  await room("Titles");
  const typed = `${ISBN.slice(0, 3)} ${ISBN.slice(3, 8)} ${ISBN.slice(8)}`;
  await page.getByRole("searchbox").fill(typed);
  await page.keyboard.press("Enter");
  assert.match(await page.getByRole("status").innerText(), /^1 of /);
  await page.locator("tbody th a").first().click();
  title = page.url();
  assert.match(await page.locator("main").innerText(), /decided by/);
});

await step("it is held, which says so and by whom, and the hold is lifted again", async () => {
  await page.goto(title);
  const site = new URL(title).searchParams.get("site") ?? (await page.locator(".tabs [aria-current]").innerText()).split(" ")[0];
  await page.getByLabel("Keep it from").selectOption(site);
  await page.getByLabel("until the start of").fill("2099-01-01");
  await page.getByLabel("because").fill("the <b>printer</b> called");
  await page.getByRole("button", { name: /^Hold/ }).click();
  const held = await page.locator("main").innerText();
  assert.match(held, /May not be shown/);
  assert.match(held, /the <b>printer<\/b> called/);
  await page.getByRole("button", { name: "Lift this hold" }).click();
  assert.match(await page.locator("main").innerText(), /Nobody holds this title/);
  await room("Audit");
  const acts = await page.locator("main").innerText();
  assert.match(acts, /held/);
  assert.match(acts, /lifted/);
});

await step("the launch board leads to a line that fails, who mends it, and by when", async () => {
  await room("Launch");
  const cell = page.locator("tbody td a", { hasText: /blocked|unknown/ }).first();
  await cell.click();
  assert.match(await heading(), /^Launch of /);
  assert.match(await page.locator("main").innerText(), /To be done/);
  const line = page.locator("tbody tr").first();
  assert.match(await line.innerText(), /blocker|warning|info|unknown/);
  assert.notEqual((await line.locator("td").nth(4).innerText()).trim(), "", "it says who");
  await page.getByRole("link", { name: "why it is shown or not" }).click();
  assert.match(await page.locator("main").innerText(), /Launch checklist/);
});

await step("by keyboard alone: past the navigation, and to a title", async () => {
  await page.goto(`${CONSOLE}/titles`);
  await page.keyboard.press("Tab");
  assert.match(await page.evaluate(() => document.activeElement.innerText), /Skip to the content/);
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.keyboard.type(ISBN);
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=/);
  await page.locator("tbody th a").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/titles\/./);
});

const launch = await page.goto(`${CONSOLE}/launch`).then(() => page.locator("tbody td a").first().getAttribute("href").catch(() => null));
const seen = [...ROOMS, title?.replace(CONSOLE, ""), launch].filter(Boolean);
for (const colorScheme of ["light", "dark"]) {
  for (const width of [320, 1280]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    for (const address of seen) {
      const name = `${address.split("?")[0]} ${colorScheme} ${width}`;
      await step(`axe finds nothing on ${name}`, async () => {
        await page.goto(`${CONSOLE}${address}`);
        const found = await new AxeBuilder({ page }).analyze();
        const told = found.violations.map((one) => `${one.id} at ${one.nodes[0].target}`);
        assert.deepEqual(told, []);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `the page is ${wide} px wide`);
        if (SHOTS) {
          const file = `${name.replace(/[^a-z0-9]+/gi, "-")}.png`;
          await page.screenshot({ path: path.join(SHOTS, file), fullPage: false });
        }
      });
    }
  }
}

await step("no page made the browser complain", async () => {
  const ours = logged.filter((text) => !/404|401/.test(text));
  assert.deepEqual(ours, []);
});

await browser.close();
process.exit(failures.length === 0 ? 0 : 1);
