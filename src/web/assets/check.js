// Keys for whoever checks many photos, and names found in texts as they are typed. Without this file the page does all it does.

const keys = document.getElementById("keys");
const off = keys.querySelector("button");
let on = localStorage.getItem("eyelid-keys") !== "off";

function show() {
  off.textContent = on ? "Switch keys off" : "Switch keys on";
  off.setAttribute("aria-pressed", String(on));
}

keys.hidden = false;
show();
off.addEventListener("click", () => {
  on = !on;
  localStorage.setItem("eyelid-keys", on ? "on" : "off");
  show();
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select");
  if (!on || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("textarea")) target.focus();
  else target.click();
});

const NAMED = "A name of the register stands here: take the surname out, a first name may stay.";

for (const field of document.querySelectorAll("[data-names]")) {
  const error = document.getElementById(`${field.id}-error`);
  let asked = 0;
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const turn = ++asked;
      const answer = await fetch("/api/v1/names", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ texts: [field.value] }),
      }).catch(() => null);
      // a slower answer to an earlier text is no news
      if (!answer?.ok || turn !== asked) return;
      const { texts } = await answer.json();
      const named = texts[0].found.length > 0;
      error.textContent = named ? NAMED : "";
      field.closest(".govuk-form-group").classList.toggle("govuk-form-group--error", named);
    }, 600);
  });
}
