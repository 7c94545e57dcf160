// One photo afternoon at a school, by keyboard alone, from the teacher's camera to the data protection officer's file.
// Reads a story as the first line of standard input; prints findings and questions as JSON lines, and waits for each answer.

import { mkdirSync } from "node:fs";
import { createInterface } from "node:readline";
import { open, PATIENCE } from "./browser.mjs";
import { Walker } from "./walker.mjs";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const heard = async () => JSON.parse((await lines.next()).value);
const say = (line) => console.log(JSON.stringify(line));
const ask = async (what) => {
  say({ ask: what });
  return heard();
};

const story = await heard();
const { base, width, script, shots, people } = story;
mkdirSync(shots, { recursive: true });
const browser = await open();
const found = (what) => say({ found: `${width}${script ? "" : " without script"}: ${what}` });

async function as(who, journey) {
  const context = await browser.newContext({
    viewport: { width, height: 900 },
    reducedMotion: "reduce",
    javaScriptEnabled: script,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const walker = new Walker(page, { base, width, script, shots, found });
  try {
    await journey(walker);
  } catch (error) {
    await page.screenshot({ path: `${shots}/lost-${who}-${width}.png`, fullPage: true });
    found(`the ${who} came no further than ${page.url()}: ${error.stack}`);
    throw error;
  } finally {
    await context.close();
  }
}

async function signIn(walker, login) {
  await walker.go("/");
  await walker.look("sign-in");
  await walker.write("login", login);
  await walker.write("password", story.password);
  await walker.enter();
  await walker.look("code");
  await walker.write("code", story.code);
  await walker.enter();
}

async function teacher(walker) {
  await signIn(walker, "staff@hill.example");
  walker.expect(walker.at() === "/events", "a teacher begins with events");
  await walker.look("events");
  await walker.press("Open an event");
  await walker.look("new-event");
  await walker.write("name", "Sports day");
  await walker.to("class-1");
  await walker.key("Space");
  await walker.enter();
  await walker.look("empty-event");
  await bring(walker);
  await walker.look("event");
  await walker.press("Name faces");
  const seen = new Set();
  while (!(await named(walker))) {
    const photo = walker.at();
    if (seen.has(photo)) throw new Error("a photo that was counted comes again");
    seen.add(photo);
    await judge(walker, story.photos[photo.split("/")[2]]);
  }
  await walker.look("all-named");
}

async function named(walker) {
  if (!walker.at().startsWith("/photos/")) return true;
  return (await walker.page.locator("#people").count()) === 0;
}

async function bring(walker) {
  // the browser has to be told before the key is pressed that choosers are answered from here
  const pressed = walker.to("files").then(() => walker.key("Space"));
  const [chooser] = await Promise.all([walker.page.waitForEvent("filechooser"), pressed]);
  await chooser.setFiles(story.files);
  await walker.to("Bring them in");
  if (!script) {
    await walker.enter();
    const told = await walker.text();
    walker.expect(told.includes("Refused"), "a text file is refused");
    await walker.look("uploaded");
    await ask("inspect");
    await walker.press("Go to the event");
    return;
  }
  await walker.key("Enter");
  const all = story.files.length;
  const done = `${all} of ${all} files are done: ${all - 1} came in, 1 refused.`;
  await walker.page.waitForFunction((done) => document.querySelector("#uploads p")?.textContent === done, done);
  await walker.look("uploaded");
  // the page follows by itself
  await ask("inspect");
  await walker.page.waitForFunction(() => document.querySelector("#progress")?.dataset.waiting === "0");
  await walker.page.getByText("Name faces").waitFor();
}

// names each face of a photo by three letters and Enter, adds what the detector missed, and counts
async function judge(walker, truth) {
  const left = [...truth.faces];
  for (;;) {
    await walker.look("naming");
    if ((await field(walker)) === "people") break;
    const box = await walker.page.evaluate(() =>
      ["left", "top", "width", "height"].map((part) => Number(document.getElementById(`change-${part}`).value)),
    );
    const face = nearest(left, box);
    if (!face) {
      await walker.press("Not a face");
      continue;
    }
    left.splice(left.indexOf(face), 1);
    await name(walker, face.person);
    if (!walker.tried) await tryOut(walker, face.person);
  }
  for (const face of left) {
    await walker.to("A face has no box");
    await walker.key("Enter");
    const [x1, y1, x2, y2] = face.box;
    for (const [field, value] of [["add-left", x1], ["add-top", y1], ["add-width", x2 - x1], ["add-height", y2 - y1]]) {
      await walker.write(field, String(Math.round(value)));
    }
    await walker.look("box");
    await walker.press("Add the face");
    await name(walker, face.person);
  }
  await walker.look("to-count");
  await walker.write("people", String(truth.faces.length));
  await walker.enter();
}

// takes the first word back and says it again; a box is dragged where that can be
async function tryOut(walker, person) {
  walker.tried = true;
  await walker.press("Undo");
  walker.expect((await walker.page.locator("#who").innerText()).includes("to name"), "what was taken back waits again");
  if (script && width > 1000) {
    const { page } = walker;
    await page.getByText(/^Change the box of face/).click();
    const before = await page.inputValue("#change-left");
    await page.locator("#photo svg").scrollIntoViewIfNeeded();
    const box = await page.locator("#photo svg").boundingBox();
    await page.mouse.move(box.x + box.width * 0.5, box.y + box.height * 0.5);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.7, box.y + box.height * 0.8, { steps: 5 });
    await page.mouse.up();
    await page.waitForFunction((before) => document.querySelector("#change-left").value !== before, before);
    walker.expect((await page.locator(".eyelid-frame").count()) === 1, "the dragged box has a frame");
    await page.reload();
    await walker.settled();
  }
  await name(walker, person);
}

// the field that waits for the keys: the browser puts them there when it has drawn the page
async function field(walker) {
  const ready = () => ["people", "name"].find((id) => id === document.activeElement?.id);
  return (await walker.page.waitForFunction(ready)).jsonValue();
}

async function name(walker, person) {
  await field(walker);
  const known = people[person];
  if (!known) return walker.press("Visitor, or staff");
  await walker.page.keyboard.type(known.slice(0, 3));
  await walker.enter();
  if (await walker.page.locator("#name-error").count()) {
    await walker.look("several");
    await walker.press(person);
  }
}

function nearest(faces, [left, top, width, height]) {
  const shared = ({ box: [x1, y1, x2, y2] }) => {
    const across = Math.max(0, Math.min(x2, left + width) - Math.max(x1, left));
    const down = Math.max(0, Math.min(y2, top + height) - Math.max(y1, top));
    const both = across * down;
    return both / ((x2 - x1) * (y2 - y1) + width * height - both);
  };
  const best = faces.toSorted((a, b) => shared(b) - shared(a))[0];
  return best && shared(best) >= 0.3 ? best : null;
}

// turns the first down and signs the others off
async function editor(walker) {
  await signIn(walker, "editor@hill.example");
  await walker.look("channels");
  await walker.press("Website");
  await walker.look("queue");
  await walker.press("Start checking");
  for (let count = 0; walker.at() !== "/channels/website"; count += 1) {
    if (count > story.files.length) throw new Error("the queue has no end");
    await walker.look("check");
    if (count === 0) {
      await walker.write("reason", "Somebody blinks");
      await walker.press("Turn down");
      await walker.write("caption", "Amelia at the start");
      if (script) {
        // the word comes as it is typed, from the register
        await walker.write("caption", "Amelia O'Brien-Smith at the start");
        await walker.page.getByText("take the surname out").waitFor();
        await walker.write("caption", "Amelia at the start");
      }
      await walker.press("Save texts");
      continue;
    }
    if (script) {
      await Promise.all([walker.page.waitForNavigation(), walker.key("a")]);
    } else {
      await walker.press("Sign off");
    }
  }
  await walker.look("checked");
  await walker.press("?queue=may_leave");
  await walker.look("may-leave");
  await walker.press("Look at the pictures, or fetch them all");
  await walker.look("pictures");
}

async function parent(walker) {
  await walker.go("/family/link");
  await walker.look("family-link");
  await walker.write("email", "parent@home.example");
  await walker.enter();
  await walker.look("family-sent");
  const { link } = await ask("letter");
  await walker.go(link);
  await walker.look("enter");
  await walker.press("Sign in");
  await walker.look("family");
  await walker.press("Amelia");
  await walker.look("child");
  // the radios of a question are one stop of the tab key
  await walker.to("website.photo");
  while ((await walker.page.evaluate(() => document.activeElement.value)) !== "no") await walker.key("ArrowDown");
  await walker.press("Save");
  await walker.look("saved");
  walker.expect((await walker.text()).includes("no longer shown in"), "the page tells what the no has done");
  await walker.press("See the published photos of Amelia");
  await walker.look("family-photos");
}

async function lead(walker) {
  await signIn(walker, "dsl@hill.example");
  await walker.look("safeguarding");
  await walker.press("Restrict a pupil");
  await walker.look("find-pupil");
  await walker.write("find", "leo wo");
  await walker.enter();
  await walker.look("found-pupil");
  await walker.press("Leo Wong");
  await walker.look("restriction");
  await walker.write("reason", "A court order of last week.");
  await walker.press("Restrict");
  await walker.look("restricted");
}

async function officer(walker) {
  await signIn(walker, "dpo@hill.example");
  await walker.look("records");
  await walker.press("Take out one person’s whole file");
  await walker.look("find-person");
  await walker.write("find", "amel");
  await walker.enter();
  await walker.to("Amelia O'Brien-Smith");
  const [download] = await Promise.all([walker.page.waitForEvent("download"), walker.key("Enter")]);
  await download.saveAs(story.download);
}

let failed = false;
try {
  for (const [who, journey] of [["teacher", teacher], ["editor", editor], ["parent", parent], ["lead", lead], ["officer", officer]]) {
    await as(who, journey);
    await ask(`${who} has gone`);
  }
} catch {
  failed = true;
}
await browser.close();
process.exit(failed ? 1 : 0);
