// The console in a browser: journeys by mouse and by keyboard, and axe on every page, light and dark, narrow and wide.
//
// Told by the environment: CONSOLE (its origin), LINK (the first admin's), CHROMIUM (the browser), and SHOTS (a folder for
// pictures, if they are wanted). It walks through the console of `frontlist demo`. Ends with 0 where all went well; each failure
// is one line on stderr.

import assert from "node:assert/strict";
import path from "node:path";
import { chromium } from "playwright-core";
import { AxeBuilder } from "@axe-core/playwright";

const { CONSOLE, LINK, CHROMIUM, SHOTS } = process.env;
const PASSWORD = "a pass phrase long enough";
const ROOMS = [
  "/", "/titles", "/launch", "/rules", "/modules", "/plan", "/settings", "/runs", "/failures", "/findings", "/forecast", "/sites", "/audit",
  "/people",
];
// How long something that a run does may take to show.
const PATIENCE = 40_000;
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

// Fields for dates take what is typed in the order of the language.
const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "en-US" });
const page = await context.newPage();
page.setDefaultTimeout(20_000);
const logged = [];
page.on("console", (message) => message.type() === "error" && logged.push(message.text()));

const main = page.locator("main");
const said = () => main.innerText();
const heading = () => page.locator("h1").innerText();
const room = (name) => page.getByRole("navigation", { name: "Rooms" }).getByRole("link", { name, exact: true }).click();
const row = (text) => page.locator("tbody tr", { hasText: text });

/// Opens the page again until it says so.
async function until(pattern, what) {
  const end = Date.now() + PATIENCE;
  while (!pattern.test(await said())) {
    assert.ok(Date.now() < end, `${what}: ${await said()}`);
    await page.waitForTimeout(300);
    await page.goto(page.url());
  }
}

/// The name of what has the focus, as a person who does not see it is told.
const focused = () => page.evaluate(() => {
  const at = document.activeElement;
  const label = at.labels?.[0]?.innerText ?? "";
  return `${at.tagName} ${at.getAttribute("aria-label") ?? ""} ${label} ${at.textContent}`.replace(/\s+/g, " ").trim();
});

/// Goes on by the keyboard until the focus is on what is asked for.
async function tab(pattern) {
  for (let pressed = 0; pressed < 400; pressed += 1) {
    await page.keyboard.press("Tab");
    if (pattern.test(await focused())) return;
  }
  assert.fail(`no focus on ${pattern}`);
}

/// Goes to what is asked for, and presses it.
async function press(pattern, opens) {
  await tab(pattern);
  await page.keyboard.press("Enter");
  if (opens) await page.waitForURL(opens);
}

/// From the link past the navigation on.
async function skip() {
  await page.keyboard.press("Tab");
  assert.match(await focused(), /Skip to the content/);
  await page.keyboard.press("Enter");
}

await step("the first admin comes in by the link, and it works once", async () => {
  await page.goto(LINK);
  await page.getByLabel(/name/i).first().fill("ada");
  await page.getByLabel(/password/i).first().fill(PASSWORD);
  await page.locator("main button").click();
  assert.equal(await heading(), "Launch board", "the demo opens on it");
  const again = await page.goto(LINK);
  assert.equal(again.status(), 404);
});

await step("signing out and in", async () => {
  await page.goto(`${CONSOLE}/`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByLabel(/name/i).first().fill("ada");
  await page.getByLabel(/password/i).first().fill("not the pass phrase");
  await page.locator("main button").click();
  assert.match(await said(), /wrong|not right|neither/i);
  await page.getByLabel(/name/i).first().fill("ada");
  await page.getByLabel(/password/i).first().fill(PASSWORD);
  await page.locator("main button").click();
  assert.equal(await heading(), "Launch board");
});

await step("the board opens on next week, with launches in every state", async () => {
  await room("Launch");
  const text = await said();
  for (const state of [/✓ ready/, /✗ blocked/, /\? unknown/, /1 waived/, /overdue/]) {
    assert.match(text, state);
  }
  for (const lack of ["isbn", "title", "form", "status-sellable", "announcement", "rights", "publication-date", "price", "cover", "description"]) {
    assert.ok(text.includes(lack), `nothing is blocked by ${lack}`);
  }
});

// Why is this not live.
const SECRET = "The Understorey of Sallow Wood";
let title;
await step("why is this not live, by mouse", async () => {
  await room("Titles");
  await page.getByRole("searchbox").fill("understorey");
  await page.getByRole("button", { name: "Search" }).click();
  assert.match(await page.getByRole("status").innerText(), /^1 of /);
  await page.getByRole("link", { name: SECRET }).click();
  title = page.url();
  assert.match(await said(), /✕ May not be shown, decided by approval/);
  assert.match(await said(), /– Not live, as it should be/);
});

await step("why is this not live, by keyboard alone", async () => {
  await page.goto(`${CONSOLE}/titles`);
  await skip();
  await tab(/Title, contributor, ISBN/);
  const isbn = (await page.goto(title), (await said()).match(/978-[\d-]+/)[0]);
  await page.goto(`${CONSOLE}/titles`);
  await skip();
  await tab(/Title, contributor, ISBN/);
  await page.keyboard.type(isbn.replaceAll("-", " "));
  await page.keyboard.press("Enter");
  await page.waitForURL(/q=/);
  await skip();
  await press(new RegExp(`^A ${SECRET}`), /titles\/./);
  assert.match(await said(), /✕ May not be shown, decided by approval/);
});

// Take it down now.
const of = (number, site = "uk") => `${CONSOLE}/titles/consonance%3Awork%3A${number}?site=${site}`;
await step("take it down now, by mouse, and let it come back", async () => {
  await page.goto(of(1002));
  assert.match(await said(), /✓ Live, as/);
  await page.getByLabel("Keep it from").selectOption("uk");
  await page.getByLabel("until the start of").fill("2099-01-01");
  await page.getByLabel("because").fill("the <b>printer</b> called");
  await page.getByRole("button", { name: /^Hold/ }).click();
  assert.match(await said(), /May not be shown/);
  assert.match(await said(), /the <b>printer<\/b> called/);
  await page.goto(of(1002));
  await until(/– Not live, as it should be/, "it is still live");
  await room("Runs");
  assert.match(await row("hold").first().innerText(), /done/);
  await page.goto(of(1002));
  await page.getByRole("button", { name: "Lift this hold" }).click();
  assert.match(await said(), /Nobody holds this title/);
  await room("Audit");
  assert.match(await said(), /held/);
  assert.match(await said(), /lifted/);
});

await step("take it down now, by keyboard alone", async () => {
  await page.goto(of(1003));
  await skip();
  await tab(/^SELECT Keep it from/);
  await page.keyboard.type("uk");
  await tab(/until the start of/);
  await page.keyboard.type("01012099");
  await tab(/because/);
  await page.keyboard.type("a letter from a lawyer");
  await press(/^BUTTON Hold, and take it down now/);
  await page.getByText("! Held from uk").waitFor();
  await page.goto(of(1003));
  await until(/– Not live, as it should be/, "it is still live");
});

// What is missing for next Thursday, and waive one.
const waived = /waived/;
await step("what is missing for next Thursday, and waive one, by mouse", async () => {
  await room("Launch");
  await page.getByRole("navigation", { name: "Days" }).getByRole("link", { name: /^Thursday/ }).click();
  assert.match(await page.locator("h2").innerText(), /^Thursday/);
  assert.match(await row("the front cover is there").first().innerText(), /design/);
  await row("The Lamp Room").getByRole("link").nth(1).click();
  assert.match(await heading(), /^Launch of The Lamp Room/);
  assert.match(await page.getByRole("status").innerText(), /✗ blocked on us/);
  const line = row("the front cover is there");
  assert.match(await line.innerText(), /blocker/);
  await line.getByText("Waive it").first().click();
  await line.getByLabel("until the start of").fill("2099-01-01");
  await line.getByLabel("because").fill("the jacket is at the printer's");
  await line.getByRole("button", { name: "Waive it" }).click();
  assert.match(await page.getByRole("status").innerText(), /✓ ready on us/);
  await page.getByText(/^\d+ lines$/).click();
  assert.match(await row("the front cover is there").innerText(), waived);
  assert.match(await row("non-fiction has a table of contents").innerText(), /n\/a/);
  await room("Rules");
  assert.equal(await row("The Lamp Room").count(), 2, "the demo's own, and this one");
});

await step("what is missing for next Thursday, and waive one, by keyboard alone", async () => {
  await page.goto(`${CONSOLE}/launch`);
  await skip();
  await press(/^A Thursday/, /day=/);
  await skip();
  // The third cell of the row is the Australian site's.
  await tab(/^A ✗ blocked/);
  const link = await row("The Lamp Room").getByRole("link").nth(2).getAttribute("href");
  for (let pressed = 0; pressed < 100; pressed += 1) {
    if ((await page.evaluate(() => document.activeElement.getAttribute("href"))) === link) break;
    await page.keyboard.press("Tab");
  }
  await page.keyboard.press("Enter");
  await page.waitForURL(/site=au/);
  assert.match(await page.getByRole("status").innerText(), /✗ blocked on au/);
  await skip();
  await press(/^SUMMARY Waive it: the front cover/);
  await tab(/until the start of/);
  await page.keyboard.type("01012099");
  await tab(/because/);
  await page.keyboard.type("the jacket is at the printer's");
  await press(/^BUTTON Waive it/);
  await page.getByText("✓ ready on au").waitFor();
});

// Replay what failed last night.
await step("replay what failed last night, by mouse", async () => {
  await room("Failures");
  const cause = page.locator("section.box").first();
  assert.match(await cause.innerText(), /: 2\n/);
  await cause.getByText("Which").click();
  await cause.getByRole("button", { name: /^Take .* through again/ }).nth(1).click();
  assert.match(await page.getByRole("status").innerText(), /1 record will be taken through again/);
  await page.getByRole("link", { name: "Look again" }).click();
  await until(/: 1\n/, "it still fails");
  await page.getByRole("link", { name: "last replay" }).click();
  await until(/consonance:work:(1005|1043)\s*written/, "it is not written");
});

await step("replay what failed last night, by keyboard alone", async () => {
  await page.goto(`${CONSOLE}/failures`);
  await skip();
  await press(/^BUTTON Take all that wait through again/, /again=1/);
  await skip();
  await press(/^A Look again/);
  await until(/✓ None: every record of the source was read/, "it still fails");
});

// An editor's banner breaks an embargo.
await step("an editor's banner breaks an embargo, by mouse", async () => {
  await room("Home");
  await page.getByRole("link", { name: /of the editors' texts or files/ }).click();
  const given = page.getByRole("region", { name: "Given away" });
  assert.match(await given.innerText(), /promotional_banner/);
  assert.doesNotMatch(await given.innerText(), new RegExp(SECRET), "its name is not spread further");
  await given.getByRole("link", { name: "why it is kept quiet" }).first().click();
  assert.equal(await heading(), SECRET);
  await room("Modules");
  assert.match(await row("Around the coast in ten books").innerText(), /7 of 10/);
  assert.match(await row("Three books for the longest night").innerText(), /✓ nothing/);
});

await step("an editor's banner breaks an embargo, by keyboard alone", async () => {
  await page.goto(`${CONSOLE}/`);
  await skip();
  await press(/^A \d+ of the editors' texts or files/, /modules/);
  await skip();
  await press(/^A why it is kept quiet/, /titles/);
  assert.equal(await heading(), SECRET);
  await page.goto(`${CONSOLE}/modules`);
  await skip();
  await press(/^BUTTON Look into the stack now/, /looking=now/);
  assert.match(await page.getByRole("status").innerText(), /being looked into/);
});

const launch = `/launch/consonance%3Awork%3A1108?site=uk`;
const seen = [...ROOMS, title?.replace(CONSOLE, ""), of(1002).replace(CONSOLE, ""), launch].filter(Boolean);
for (const colorScheme of ["light", "dark"]) {
  for (const width of [320, 1280]) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    for (const address of seen) {
      const name = `${address} ${colorScheme} ${width}`;
      await step(`axe finds nothing on ${name}`, async () => {
        await page.goto(`${CONSOLE}${address}`);
        await page.evaluate(() => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
        const found = await new AxeBuilder({ page }).analyze();
        const told = found.violations.map((one) => `${one.id} at ${one.nodes[0].target}`);
        assert.deepEqual(told, []);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `the page is ${wide} px wide`);
        if (SHOTS) {
          await page.goto(`${CONSOLE}${address}`);
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
