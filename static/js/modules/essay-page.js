// The page to write an essay on: counts along, says what is safe where, settles two texts.
// A textarea's value is set only when the writer asks for another text, never while they type.
// Every word comes from the page: data-* texts with {placeholders} and <template data-message>.

import { DeviceCopies, deviceStorage } from "./device-copies.js";
import { browser, DraftSaver, isSame } from "./draft-saver.js";
import { countWords, tidy } from "./words.js";

const LASTING = ["conflict", "restore", "signed-out", "submitted", "closed"];
const WAITING = ["idle", "saving", "offline", "kept"];

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const number = new Intl.NumberFormat(document.documentElement.lang);
const hours = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "Asia/Ho_Chi_Minh" });
const days = new Intl.DateTimeFormat("en-GB", { dateStyle: "short", timeZone: "Asia/Ho_Chi_Minh" });

/** 20:15:42, and the day too when it is not today. */
function when(moment) {
  const at = new Date(moment);
  const day = days.format(at);
  return day === days.format(new Date()) ? hours.format(at) : `${hours.format(at)} ${day}`;
}

function start(form) {
  const { dataset } = form;
  const areas = [...form.querySelectorAll("[data-section] textarea")];
  const box = document.querySelector("[data-essay-message]");
  const receipt = document.getElementById("receipt");
  const total = document.querySelector("[data-essay-total]");
  const words = document.querySelector("[data-receipts]").dataset;
  const page = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16)).join("");
  const copies = new DeviceCopies(dataset.key, deviceStorage());
  const read = () => Object.fromEntries(areas.map(({ name, value }) => [name, value]));
  const onServer = Object.fromEntries(areas.map(({ name, defaultValue }) => [name, defaultValue]));
  const saver = new DraftSaver({
    url: dataset.url,
    page,
    revision: Number(dataset.revision),
    variant: Number(dataset.variant),
    texts: onServer,
    read,
  }, copies, browser(() => form.elements.csrf_token.value, renew));
  let shown = "";

  /** Fetch the page again for a fresh proof; false when it is another's page or a sign-in. */
  async function renew() {
    const answer = await fetch(dataset.page, { credentials: "same-origin" });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const twin = fresh.querySelector("[data-essay]");
    if (twin?.dataset.key !== dataset.key) return false;
    form.elements.csrf_token.value = twin.elements.csrf_token.value;
    return true;
  }

  function count() {
    let sum = 0;
    for (const area of areas) {
      const group = area.closest("[data-section]");
      const found = countWords(tidy(area.value));
      const surplus = group.querySelector("[data-surplus]");
      const over = found - Number(surplus.dataset.most || Infinity);
      group.querySelector("[data-count]").textContent = fill(dataset.words, { words: number.format(found) });
      surplus.textContent = over > 0 ? fill(dataset.surplus, { words: number.format(over) }) : "";
      sum += found;
    }
    const least = Number(dataset.least);
    total.textContent = fill(sum < least ? dataset.total : dataset.enough, {
      words: number.format(sum), least: number.format(least),
    });
  }

  function write(texts) {
    for (const area of areas) area.value = texts[area.name] ?? "";
    count();
  }

  function tell(name, at) {
    receipt.dataset.state = name === "saved" ? "saved" : WAITING.includes(name) ? "waiting" : "failed";
    const said = fill(words[name], { time: at ? when(at) : "" });
    if (receipt.textContent !== said) receipt.textContent = said;
  }

  /** Show a message of the page with its slots filled; "" takes it away. */
  function say(name, slots = {}) {
    if (name && name === shown && !slots.text) return;
    shown = name;
    if (box.contains(document.activeElement)) box.focus({ preventScroll: true });
    box.replaceChildren();
    const template = name && document.querySelector(`template[data-message="${name}"]`);
    if (!template) return;
    box.append(template.content.cloneNode(true));
    for (const [slot, text] of Object.entries(slots)) {
      for (const place of box.querySelectorAll(`[data-slot="${slot}"]`)) place.textContent = text;
    }
    if (LASTING.includes(name)) box.scrollIntoView({ block: "center" });
  }

  function showOther(texts) {
    for (const area of areas) {
      const group = area.closest("[data-section]");
      group.querySelector(".th-other")?.remove();
      const theirs = texts?.[area.name] ?? "";
      if (!theirs || tidy(area.value) === theirs) continue;
      const other = document.querySelector("template[data-other]").content.cloneNode(true);
      other.querySelector("[data-slot]").textContent = theirs;
      other.querySelector("[data-act]").addEventListener("click", () => {
        area.value = area.value.trim() ? `${area.value.trimEnd()}\n${theirs}` : theirs;
        count();
        saver.changed();
      });
      group.append(other);
    }
  }

  saver.addEventListener("state", ({ detail: { name, at, other, message } }) => {
    if (name === "changed") return say("changed");
    if (name === "saving") return saver.conflict ? null : tell("saving");
    if (name === "saved") {
      form.querySelector("[data-needs-save]")?.removeAttribute("hidden");
      form.elements.base_revision.value = saver.revision;
      if (["conflict", "signed-out", "refused"].includes(shown)) say("");
      showOther(null);
      delete form.dataset.unsaved;
      return tell("saved", at);
    }
    if (name === "unsafe") form.dataset.unsaved = ""; // leaving asks first: the device keeps nothing
    if (name === "conflict") {
      if (shown !== "conflict") {
        say("conflict", { time: when(other.saved_at) });
        showOther(other.texts);
      }
      return tell("conflict");
    }
    if (name === "submitted" || name === "closed") {
      for (const area of areas) area.readOnly = true;
      say(name === "submitted" ? name : "refused", { text: message });
      return tell("stopped");
    }
    if (name === "signed-out" || name === "refused") {
      say(name, { text: message });
      return tell("kept", at);
    }
    return tell(name, at);
  });

  const acts = {
    keep: () => saver.keepMine(),
    take: () => saver.takeOther(write),
  };
  box.addEventListener("click", ({ target }) => {
    const act = acts[target.dataset.act];
    if (act) act();
  });

  /** A text that this device kept and the server does not have: offer it, or bring it back. */
  function lookForCopies() {
    const found = copies.list().filter((copy) => {
      if (!isSame(copy.texts, onServer)) return true;
      copies.drop(copy.page);
      return false;
    });
    const [copy, ...older] = found;
    const forget = () => {
      for (const one of older) saver.setAside(one);
    };
    if (!copy) return;
    const slots = { time: when(copy.at), text: areas.map(({ name }) => copy.texts[name] ?? "").join("\n\n").trim() };
    const restore = async (message) => {
      write(copy.texts);
      say(message, slots);
      forget();
      if (saver.keep()) copies.drop(copy.page); // from now on it is this page's own
      await saver.save();
    };
    if (!saver.revision) {
      restore("restored");
      return;
    }
    acts.restore = () => restore("");
    acts.decline = async () => {
      say("");
      forget();
      await saver.setAside(copy);
    };
    slots.words = fill(dataset.words, { words: number.format(countWords(tidy(slots.text))) });
    say("restore", slots);
  }

  form.addEventListener("input", () => {
    count();
    saver.changed();
  });
  form.addEventListener("focusout", () => saver.leave());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    const goesOn = button?.value === "check";
    button?.setAttribute("aria-busy", "true");
    const isSafe = await saver.flush();
    button?.removeAttribute("aria-busy");
    if (isSafe && goesOn) location.assign(dataset.check);
    else if (!isSafe && shown) box.scrollIntoView({ block: "center" });
  });
  addEventListener("pagehide", () => saver.leave(true));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) saver.leave(true);
    else saver.resume();
  });
  addEventListener("focus", () => saver.resume());
  addEventListener("online", () => saver.resume());

  if (dataset.savedAt) tell("saved", dataset.savedAt);
  else tell("idle");
  count();
  lookForCopies();
}

document.querySelectorAll("[data-essay]").forEach(start);
