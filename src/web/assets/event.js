// The event's page: each chosen or dropped photo is sent on its own, and the numbers follow the workers.

const WAITS = [1, 2, 4, 8, 15, 30, 30, 30];
const AT_ONCE = 3;
const MOST_MB = 80;

const form = document.querySelector("#upload");
if (form) upload(form);
follow(document.querySelector("#progress"));

function upload(form) {
  const input = form.querySelector("input[type=file]");
  const box = form.querySelector("#uploads");
  const [status, list] = [box.querySelector("p"), box.querySelector("ul")];
  const counts = { all: 0, in: 0, known: 0, refused: 0, failed: 0 };
  const queue = [];
  let busy = 0;

  const hint = form.querySelector("#files-hint");
  hint.textContent = `Choose photos, or drop them here. ${hint.textContent}`;
  form.addEventListener("submit", (event) => {
    if (!input.files.length) return;
    event.preventDefault();
    bring(input.files);
    input.value = "";
  });
  for (const kind of ["dragover", "dragenter"]) {
    form.addEventListener(kind, (event) => {
      event.preventDefault();
      form.classList.add("eyelid-upload--over");
    });
  }
  for (const kind of ["dragleave", "drop"]) form.addEventListener(kind, () => form.classList.remove("eyelid-upload--over"));
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    bring(event.dataTransfer.files);
  });
  addEventListener("beforeunload", (event) => {
    if (busy || queue.length) event.preventDefault();
  });

  function bring(files) {
    box.hidden = false;
    for (const file of files) {
      const row = list.appendChild(document.createElement("li"));
      row.append(tag("grey", "Waits"), ` ${file.name}`);
      queue.push({ file, row });
      counts.all += 1;
    }
    tell();
    while (busy < AT_ONCE && queue.length) next();
  }

  async function next() {
    const { file, row } = queue.shift();
    busy += 1;
    mark(row, "blue", "On its way");
    const { count, colour, word, reason } = await send(file, (wait) => mark(row, "yellow", `Tries again in ${wait} s`));
    counts[count] += 1;
    mark(row, colour, word);
    if (reason) row.append(document.createElement("br"), reason);
    busy -= 1;
    tell();
    if (queue.length) next();
    else if (!busy) document.dispatchEvent(new Event("eyelid:came"));
  }

  async function send(file, waiting) {
    if (file.size > MOST_MB * 1e6) {
      return { count: "refused", colour: "red", word: "Refused", reason: `The file is larger than ${MOST_MB} MB. Save a smaller copy.` };
    }
    for (const wait of [...WAITS, null]) {
      const answer = await once(file);
      if (answer) return answer;
      if (wait === null) break;
      waiting(wait);
      await new Promise((done) => setTimeout(done, 1000 * wait));
    }
    return { count: "failed", colour: "red", word: "Not sent", reason: "The service cannot be reached. Try again later." };
  }

  // nothing when it is worth another try
  async function once(file) {
    const body = new FormData();
    body.append("files", file);
    let response;
    try {
      response = await fetch(form.dataset.each, { method: "POST", body });
    } catch {
      return null;
    }
    if (response.status === 202) return { count: "in", colour: "green", word: "Came in" };
    if (response.status === 200) return { count: "known", colour: "blue", word: "Here already" };
    if (response.status >= 500 || response.status === 408 || response.status === 429) return null;
    const problem = await response.json().catch(() => ({ detail: "It cannot be used." }));
    return { count: "refused", colour: "red", word: "Refused", reason: problem.detail };
  }

  function tell() {
    const done = counts.in + counts.known + counts.refused + counts.failed;
    const parts = [`${done} of ${counts.all} files are done: ${counts.in} came in`];
    if (counts.known) parts.push(`${counts.known} here already`);
    if (counts.refused) parts.push(`${counts.refused} refused`);
    if (counts.failed) parts.push(`${counts.failed} not sent`);
    status.textContent = `${parts.join(", ")}.`;
  }
}

function tag(colour, word) {
  const tag = document.createElement("strong");
  tag.className = `govuk-tag govuk-tag--${colour}`;
  tag.textContent = word;
  return tag;
}

function mark(row, colour, word) {
  row.querySelector(".govuk-tag").replaceWith(tag(colour, word));
}

// asks for numbers only, and for the page when they have changed
function follow(progress) {
  if (!progress) return;
  let known = "";
  let timer = 0;
  document.addEventListener("eyelid:came", () => soon(0));
  if (Number(progress.dataset.waiting)) soon(3);

  function soon(seconds) {
    clearTimeout(timer);
    timer = setTimeout(look, 1000 * seconds);
  }

  async function look() {
    if (document.hidden) return soon(5);
    const numbers = await fetch(progress.dataset.address).then((response) => (response.ok ? response.json() : null), () => null);
    if (!numbers) return soon(30);
    const told = JSON.stringify(numbers);
    if (told !== known && (known || !numbers.photos || progress.dataset.waiting !== String(numbers.waiting + numbers.thorough))) await renew();
    known = told;
    progress.dataset.waiting = numbers.waiting + numbers.thorough;
    if (numbers.waiting + numbers.thorough) soon(3);
  }

  async function renew() {
    const text = await fetch(location.href).then((response) => (response.ok ? response.text() : ""), () => "");
    const page = new DOMParser().parseFromString(text, "text/html");
    for (const part of ["#progress", "#photos"]) {
      const [now, then] = [document.querySelector(part), page.querySelector(part)];
      // whoever is about to use a link there keeps it
      if (!now || !then || now.contains(document.activeElement)) continue;
      // no picture is fetched twice
      const pictures = new Map([...now.querySelectorAll("img")].map((img) => [img.getAttribute("src"), img]));
      for (const img of then.querySelectorAll("img")) img.replaceWith(pictures.get(img.getAttribute("src")) ?? img);
      now.replaceChildren(...then.childNodes);
    }
  }
}
