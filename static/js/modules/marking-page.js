// The marking page: the value as one chooses, saving as one goes, and keys for everything.
// Nothing typed is ever taken away: what the server has not got stays on the page and in this tab.

import { MarkingStore } from "./marking-store.js";
import { missing, tenths, written } from "./marking-sum.js";

const form = document.getElementById("mark");
const words = document.querySelector("template[data-marking]").dataset;
const rubric = JSON.parse(words.rubric);
const scale = Number(words.scale);
const comma = words.comma[1];
const isOpen = words.state !== "finished"; // a finished mark changes by a button, not as one goes
const groups = [...form.querySelectorAll("[data-levels]")];
const comment = form.elements.comment;
const receipt = document.getElementById("receipt");
const messages = document.querySelector("[data-messages]");
const store = new MarkingStore({
  url: location.pathname,
  key: `marking:${location.pathname}`,
  token: form.elements.csrf_token.value,
  version: Number(form.elements.version.value),
});

const SOON = 500; // ms after a choice
const AFTER_TYPING = 1500;
const CRITERION = "criterion-";
let edits = 0;
let timer;
let other; // what the server holds, when another page was faster

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function content() {
  const levels = {};
  for (const radio of form.querySelectorAll("input[type=radio]:checked")) {
    levels[radio.name.slice(CRITERION.length)] = Number(radio.value);
  }
  return { levels, comment: comment.value, reason: form.elements.reason?.value ?? "" };
}

function show({ levels, comment: text }) {
  for (const radio of form.querySelectorAll("input[type=radio]")) {
    radio.checked = levels[radio.name.slice(CRITERION.length)] === Number(radio.value);
  }
  comment.value = text;
  drawValue();
}

const same = (one, two) => one.comment.trim() === two.comment.trim()
  && JSON.stringify(Object.entries(one.levels).sort()) === JSON.stringify(Object.entries(two.levels).sort());

function drawValue() {
  const { levels } = content();
  form.querySelector("[data-value]").textContent = written(tenths(rubric, scale, levels), comma);
  const left = missing(rubric, levels).length;
  const open = form.querySelector("[data-open]");
  open.textContent = ` ${fill(open.dataset.text, { count: left })}`;
  open.hidden = form.querySelector("[data-so-far]").hidden = left === 0;
}

function say(name, text) {
  if (messages.dataset.said === `${name} ${text ?? ""}`) return;
  messages.dataset.said = `${name} ${text ?? ""}`;
  messages.replaceChildren();
  const template = name && document.querySelector(`template[data-message="${name}"]`);
  if (!template) return;
  const message = template.content.cloneNode(true);
  const slot = message.querySelector("[data-slot]");
  if (slot) slot.textContent = text;
  messages.append(message);
  messages.scrollIntoView({ block: "nearest" });
}

function note(text, state) {
  receipt.textContent = text;
  receipt.dataset.state = state;
}

// Saving

function changed(after) {
  edits += 1;
  store.keep(content());
  form.dataset.unsaved = "";
  if (!isOpen) return note(words.unsaved, "waiting");
  if (other) return;
  clearTimeout(timer);
  timer = setTimeout(save, after);
}

async function save() {
  clearTimeout(timer);
  const sent = edits;
  note(words.saving, "waiting");
  return settle(await store.send("draft", content()), sent, save);
}

/** What an answer means for the page; true when the server has everything. */
function settle(answer, sent, again) {
  if (answer.kind === "saved") {
    form.elements.version.value = store.version;
    note(fill(words.saved, { time: answer.saved_at }), "saved");
    say();
    if (sent === edits) {
      store.forget();
      delete form.dataset.unsaved;
    } else {
      store.keep(content());
    }
    return true;
  }
  note(answer.kind === "refused" ? words.failed : words.waiting, "failed");
  if (answer.kind === "conflict") {
    other = answer;
    say(isOpen && ["finished", "released"].includes(answer.state) ? "closed" : "conflict");
    if (!isOpen) say("refused", answer.error);
  } else if (answer.kind === "refused") {
    say("refused", /\D/.test(answer.error) ? answer.error : words.failed);
  } else {
    say(answer.kind);
    if (again && answer.kind !== "gone") store.later(again);
  }
  return false;
}

async function finish(action) {
  const left = isOpen ? missing(rubric, content().levels) : [];
  if (left.length) {
    note(fill(words.missing, { count: left.length }), "failed");
    return enter(groups.find((group) => group.id === CRITERION + left[0]));
  }
  clearTimeout(timer);
  note(words.saving, "waiting");
  const answer = await store.send(action, content());
  if (answer.kind !== "next") return settle(answer, edits);
  store.forget();
  delete form.dataset.unsaved;
  location.assign(answer.next);
}

function act(name) {
  if (name === "keep") {
    store.version = other.version;
    other = undefined;
    say();
    save();
  } else if (name === "take") {
    store.version = other.version;
    form.elements.version.value = other.version;
    show(other);
    other = undefined;
    store.forget();
    delete form.dataset.unsaved;
    say();
    note("", "saved");
  } else if (name === "restore") {
    show(store.kept());
    say();
    changed(0);
  } else if (name === "forget") {
    store.forget();
    say();
  }
}

// Keys: digits choose in the criterion one is at and lead to the next; they can be switched off.

const keys = document.querySelector("[data-keys]");
const toggle = keys?.querySelector("[data-keys-toggle]");
const KEYS_OFF = "marking:keys-off";
let keysOn = localStorage.getItem(KEYS_OFF) === null;

function drawKeys() {
  keys.hidden = false;
  toggle.textContent = keysOn ? toggle.dataset.on : toggle.dataset.off;
  keys.classList.toggle("th-keys--off", !keysOn);
}

/** Put the cursor into a criterion without choosing anything. */
function enter(group) {
  const radio = group?.querySelector("input:checked") ?? group?.querySelector("input");
  radio?.focus({ focusVisible: true });
}

function choose(digit) {
  const levels = content().levels;
  const here = document.activeElement.closest?.("[data-levels]");
  const group = here ?? groups.find((each) => !(each.id.slice(CRITERION.length) in levels)) ?? groups[0];
  const radio = group.querySelectorAll("input")[digit - 1];
  if (!radio) return;
  radio.checked = true;
  drawValue();
  changed(SOON);
  enter(groups[groups.indexOf(group) + 1] ?? group);
}

const isTyping = (target) => target.closest("textarea, select, input:not([type=radio]), dialog");

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    return finish(isOpen ? "finish" : "change");
  }
  if (event.key === "Escape" && event.target === comment) return enter(groups.at(-1));
  if (!keysOn || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const key = event.key.toLowerCase();
  if (/^[1-9]$/.test(key)) choose(Number(key));
  else if (key === "g") comment.focus();
  else if (key === "n" && isOpen) finish("finish");
  else if (key === "n") document.querySelector("[data-following]")?.click();
  else return;
  event.preventDefault();
});

toggle?.addEventListener("click", () => {
  keysOn = !keysOn;
  if (keysOn) localStorage.removeItem(KEYS_OFF);
  else localStorage.setItem(KEYS_OFF, "");
  drawKeys();
});

// The page

form.addEventListener("change", (event) => {
  if (event.target.type !== "radio") return;
  drawValue();
  changed(SOON);
});
form.addEventListener("input", (event) => {
  if (event.target.type !== "radio") changed(AFTER_TYPING);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const action = event.submitter?.value ?? "draft";
  if (action === "draft") save();
  else finish(action);
});
messages.addEventListener("click", (event) => {
  if (event.target.dataset.act) act(event.target.dataset.act);
});
addEventListener("online", () => form.dataset.unsaved !== undefined && isOpen && !other && save());

const prompt = document.querySelector("details:has([data-prompt])");
const PROMPT_FOLDED = "marking:prompt-folded";
if (prompt && sessionStorage.getItem(PROMPT_FOLDED) !== null) prompt.open = false;
prompt?.addEventListener("toggle", () => {
  if (prompt.open) sessionStorage.removeItem(PROMPT_FOLDED);
  else sessionStorage.setItem(PROMPT_FOLDED, "");
});

const kept = store.kept();
if (kept && same(kept, content())) {
  store.forget();
} else if (kept && kept.version === store.version && isOpen) {
  show(kept);
  changed(0);
} else if (kept) {
  say("restore");
}
document.querySelector('button[form="mark"][value="draft"]')?.classList.add("th-saves-itself");
drawValue();
drawKeys();
