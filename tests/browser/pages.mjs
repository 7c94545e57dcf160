// Every page in a real browser: what axe finds, what overflows a narrow window, what the keyboard cannot reach.
// Reads { base, cookie, pages: [path], shots } from standard input and prints one JSON object a finding.

import { mkdirSync } from "node:fs";
import { AxeBuilder } from "@axe-core/playwright";
import { open, PATIENCE } from "./browser.mjs";

const { base, cookie, pages, shots } = JSON.parse(await text(process.stdin));
mkdirSync(shots, { recursive: true });
const browser = await open();
const found = (path, width, what) => console.log(JSON.stringify({ path, width, what }));

for (const width of [1280, 320]) {
  const context = await browser.newContext({ viewport: { width, height: 900 }, reducedMotion: "reduce" });
  if (cookie) await context.addCookies([{ name: "eyelid", value: cookie, url: base }]);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  page.on("pageerror", (error) => found(new URL(page.url()).pathname, width, `script error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") found(new URL(page.url()).pathname, width, `console: ${message.text()}`);
  });
  for (const path of pages) {
    const answer = await page.goto(base + path, { waitUntil: "load" });
    if (answer.status() >= 400) found(path, width, `status ${answer.status()}`);
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    await page.screenshot({ path: `${shots}/${path.replaceAll("/", "_")}-${width}.png`, fullPage: true });
    const { violations } = await new AxeBuilder({ page })
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    for (const { id, help, nodes } of violations) {
      found(path, width, `${id}: ${help}: ${nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) found(path, width, `reaches ${wide} px beyond the window`);
    const first = await page.evaluate(() => document.querySelectorAll("h1").length);
    if (first !== 1) found(path, width, `${first} headings of the first rank`);
    for (const what of await unreachable(page)) found(path, width, what);
  }
  await context.close();
}
await browser.close();

// Whatever can be clicked can be reached with the tab key, in the order of the page, and shows that it is.
async function unreachable(page) {
  const count = await page.evaluate(() => {
    const all = document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary");
    const seen = [...all].filter((element) => element.checkVisibility() && !element.disabled);
    seen.forEach((element, at) => (element.dataset.reached = at));
    return seen.length;
  });
  await page.evaluate(() => document.activeElement?.blur());
  const reached = new Set();
  // a group of radios is one stop of the tab key, a date is one for each of its parts
  for (let press = 0; press < 4 * count && reached.size < count; press += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      const group = element?.type === "radio" ? document.getElementsByName(element.name) : [element];
      return [...group].map((one) => one?.dataset?.reached).filter((one) => one !== undefined);
    });
    at.forEach((one) => reached.add(one));
  }
  return reached.size < count ? [`${count - reached.size} of ${count} controls cannot be reached with the keyboard`] : [];
}

async function text(stream) {
  let all = "";
  for await (const part of stream) all += part;
  return all;
}
