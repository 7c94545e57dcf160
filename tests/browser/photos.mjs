// A teacher's journey by keyboard at two widths, with axe on every page, and once without script.
//
//   cargo run -- demo --listen 127.0.0.1:8080
//   npm install playwright-core @axe-core/playwright        (in any folder)
//   node .../tests/browser/photos.mjs http://127.0.0.1:8080 PHOTO... (in that folder; screenshots are put there)
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const from = createRequire(`${process.cwd()}/`);
const { chromium } = from("playwright-core");
const { AxeBuilder } = from("@axe-core/playwright");

const [address, ...photos] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
let wrong = 0;

// bytes behind the picture make it another photo than any before, at each width and run
function fresh(path, at) {
  const buffer = Buffer.concat([readFileSync(path), Buffer.from(`${Date.now()} ${Math.random()}`)]);
  return { name: `${at}.jpg`, mimeType: "image/jpeg", buffer };
}

function check(holds, what) {
  console.log(`${holds ? "ok  " : "FAIL"} ${what}`);
  if (!holds) wrong += 1;
}

async function looked(page, name, width) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  check(violations.length === 0, `axe: ${name} at ${width}`);
  for (const { id, nodes } of violations) console.log(`     ${id}: ${nodes.map((node) => node.html.slice(0, 120)).join(" | ")}`);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check(wide <= 0, `nothing runs off the side: ${name} at ${width}`);
  await page.screenshot({ path: `${name}-${width}.png`, fullPage: true });
}

// goes to a control by Tab alone
async function tabTo(page, matches, most = 150) {
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(([text]) => {
      const at = document.activeElement;
      return at?.id === text || at?.textContent?.trim() === text || at?.getAttribute("name") === text;
    }, [matches])) return;
  }
  throw new Error(`Tab never came to ${matches}`);
}

async function press(page, matches) {
  await tabTo(page, matches);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
}

async function journey(width, script) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: script });
  const page = await context.newPage();
  const label = script ? `${width}` : `${width}-plain`;
  page.on("pageerror", (error) => check(false, `script: ${error}`));
  page.on("console", (message) => message.type() === "error" && console.log(`     console: ${message.text()}`));
  const looks = (name) => (script ? looked(page, name, label) : page.screenshot({ path: `${name}-${label}.png`, fullPage: true }));

  await page.goto(address);
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Staff", exact: true }).click()]);
  check(page.url().endsWith("/events"), "staff come to their events");
  await looks("events");
  await press(page, "Open an event");
  await looks("new-event");
  await tabTo(page, "name");
  await page.keyboard.type(`Journey ${label} ${Date.now()}`);
  await press(page, "Open the event");
  await looks("empty-event");

  await page.setInputFiles("#files", [...photos.map(fresh), { name: "notes.jpg", mimeType: "image/jpeg", buffer: Buffer.from("no photo") }]);
  if (script) {
    await tabTo(page, "Bring them in");
    await page.keyboard.press("Enter");
    await page.waitForFunction((all) => document.querySelector("#uploads p").textContent.startsWith(`${all} of ${all}`), photos.length + 1);
    check(/1 refused/.test(await page.textContent("#uploads p")), "the text file is refused");
    await looks("uploaded");
  } else {
    await press(page, "Bring them in");
    check((await page.textContent("body")).includes("Refused"), "the text file is refused");
    await looks("uploaded");
    await press(page, "Go to the event");
  }
  for (let tries = 0; tries < 200 && !(await page.getByText("Name faces").count()); tries += 1) {
    await page.waitForTimeout(3000);
    if (!script) await page.reload();
  }
  await page.reload();
  await page.waitForLoadState("networkidle");
  await looks("event");
  await press(page, "Name faces");
  await page.waitForLoadState("networkidle");
  await looks("naming");
  const names = ["Ame", "Kwa", "Pri", "Oli", "Zar", "Fin", "Ibr"];
  let named = 0;
  for (let step = 0; step < 40; step += 1) {
    const id = await page.evaluate(() => document.activeElement.id);
    if (id === "people") break;
    check(id === "name", "the name is where typing goes");
    await page.keyboard.type(names[named % names.length]);
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    named += 1;
    if (await page.locator("#name-error").count()) {
      if (named < 12) await looks("unclear");
      await tabTo(page, "Visitor, or staff");
      await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    }
  }
  check(named > 0, `${named} faces judged by keyboard`);
  await page.waitForLoadState("networkidle");
  await looks("named");
  await tabTo(page, "Undo");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  check((await page.locator("#who").count()) === 1, "the last face waits again");
  await page.keyboard.type("Vis");
  await tabTo(page, "Visitor, or staff");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);

  // a box by number fields
  await tabTo(page, "A face has no box");
  await page.keyboard.press("Enter");
  for (const [field, value] of [["add-left", "30"], ["add-top", "40"], ["add-width", "60"], ["add-height", "70"]]) {
    await tabTo(page, field);
    await page.keyboard.type(value);
  }
  await looks("box");
  await press(page, "Add the face");
  check(/Face \d+: to name/.test(await page.textContent("#who")), "the box is a face to name");
  if (script) await drag(page);
  await press(page, "Not a face");
  await tabTo(page, "people");
  await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
  check(!page.url().includes("?face"), "the number leads on");
  await looks("after");
  await context.close();
}

async function drag(page) {
  await page.getByText(/^Change the box of face/).click();
  const before = await page.inputValue("#change-left");
  await page.locator("#photo svg").scrollIntoViewIfNeeded();
  const box = await page.locator("#photo svg").boundingBox();
  await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.8, { steps: 5 });
  await page.mouse.up();
  check((await page.inputValue("#change-left")) !== before, "dragging fills the fields");
  check((await page.locator(".eyelid-frame").count()) === 1, "and shows the frame");
  await page.screenshot({ path: `drag-${page.viewportSize().width}.png` });
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Save the box" }).click()]);
}

try {
  await journey(1280, true);
  await journey(320, true);
  await journey(1280, false);
} finally {
  await browser.close();
}
console.log(wrong ? `${wrong} wrong` : "all right");
process.exit(wrong ? 1 : 0);
