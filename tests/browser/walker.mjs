// Somebody before a screen who has a keyboard and nothing else, and who looks at each page on the way.

import { AxeBuilder } from "@axe-core/playwright";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

export class Walker {
  constructor(page, { base, width, script, shots, found }) {
    Object.assign(this, { page, base, width, script, shots, found, seen: new Set() });
    page.on("pageerror", (error) => found(`script error: ${error.message}`));
    page.on("console", (message) => {
      // a form that has to be corrected is answered with 422
      if (message.type() === "error" && !/status of (422|409)/.test(message.text())) found(`console: ${message.text()}`);
    });
  }

  at() {
    return new URL(this.page.url()).pathname;
  }

  async go(path) {
    await this.page.goto(this.base + path);
    await this.settled();
  }

  // a page is loaded before the browser puts the keys where the page wants them: it does so when it first draws it, and
  // would take them away from wherever they were led meanwhile
  async settled() {
    await this.page.waitForFunction(() => {
      const wanted = document.querySelector("[autofocus]");
      return !wanted?.checkVisibility() || wanted === document.activeElement;
    });
  }

  // the first time that a page of this name comes by
  async look(name) {
    if (this.seen.has(name)) return;
    this.seen.add(name);
    await this.page.waitForLoadState("networkidle");
    const file = `${this.shots}/${name}-${this.width}${this.script ? "" : "-plain"}.png`;
    await this.page.screenshot({ path: file, fullPage: true });
    const wide = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    if (wide > 0) this.found(`${name}: reaches ${wide} px beyond the window`);
    // axe is a script itself; what it looks at is the same without ours
    if (!this.script) return;
    const { violations } = await new AxeBuilder({ page: this.page }).withTags(RULES).analyze();
    for (const { id, help, nodes } of violations) {
      this.found(`${name}: ${id}: ${help}: ${nodes.map((node) => node.html).slice(0, 3).join(" | ")}`);
    }
  }

  // goes to a control by Tab alone: by its id, its name, where it leads, or what stands on it
  async to(wanted, most = 250) {
    for (let step = 0; step <= most; step += 1) {
      const there = await this.page.evaluate((wanted) => {
        const at = document.activeElement;
        const named = at?.id === wanted || ["name", "href", "value"].some((name) => at?.getAttribute(name) === wanted);
        return Boolean(at && at !== document.body && (named || at.textContent.trim() === wanted));
      }, wanted);
      if (there) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`the tab key does not come to "${wanted}" on ${this.at()}`);
  }

  // a link or button, and the page that it leads to
  async press(wanted) {
    await this.to(wanted);
    await this.enter();
  }

  async enter() {
    await Promise.all([this.page.waitForNavigation(), this.page.keyboard.press("Enter")]);
    await this.settled();
  }

  // into a field, over what stands there
  async write(field, text) {
    await this.to(field);
    await this.page.keyboard.press("Control+A");
    await this.page.keyboard.type(text);
  }

  async key(key) {
    await this.page.keyboard.press(key);
  }

  text() {
    return this.page.evaluate(() => document.body.innerText);
  }

  expect(holds, what) {
    if (!holds) this.found(`${this.at()}: ${what}`);
  }
}
