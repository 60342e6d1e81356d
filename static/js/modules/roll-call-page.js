// The list to tick: every tick is kept on this device and sent by itself, offline too; what others
// tick meanwhile comes in. Every word comes from the page.

import { boxOf, RollCallMarks } from "./roll-call-marks.js";
import { isRollCall, keep } from "./roll-call-pages.js";
import { MemoryQueue, RollCallQueue } from "./roll-call-queue.js";

const ASK_EVERY = 20_000;

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function freshKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return crypto.randomUUID?.() ?? Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The browser as the marks need it; the proof of our own form is renewed from the page itself. */
function browser(form) {
  const field = form.elements.csrf_token;
  const headers = () => ({ Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": field.value });
  const signal = () => AbortSignal.timeout?.(20_000);
  return {
    now: () => Date.now(),
    key: freshKey,
    setTimeout: (act, wait) => setTimeout(act, wait),
    clearTimeout: (timer) => clearTimeout(timer),
    get: (url) => fetch(url, { headers: { Accept: "application/json" }, signal: signal() }),
    post: (url, body) => fetch(url, { method: "POST", headers: headers(), body: JSON.stringify(body), signal: signal() }),
    async renew() {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, signal: signal() });
      const found = answer.redirected ? null : (await answer.text()).match(/name="csrf_token" value="([^"]+)"/);
      if (found) field.value = found[1];
      return Boolean(found);
    },
  };
}

async function openQueue(venue, owner) {
  const queue = new RollCallQueue(venue, owner);
  try {
    await queue.list();
    return queue;
  } catch {
    return null; // forbidden, or full
  }
}

async function start(list) {
  const { rollCall: url, venue, check, owner } = list.dataset;
  const form = list.closest("form");
  const kept = await openQueue(venue, owner);
  const queue = kept ?? new MemoryQueue();
  const marks = new RollCallMarks(url, queue, browser(form));
  const boxes = new Map([...list.querySelectorAll("input[type=checkbox]")].map((box) => [box.value, box]));
  const part = (name) => document.querySelector(`[data-roll-${name}]`);
  const [status, receipt, count, search] = ["status", "receipt", "count", "search"].map(part);
  const [on, off] = check === "entry" ? ["enter", "clear"] : ["leave", "unleave"];
  let states = Object.fromEntries([...boxes].map(([id, box]) => [id, { [check]: box.defaultChecked }]));

  function say(name) {
    const message = document.querySelector(`template[data-message="${name}"]`);
    status.replaceChildren(...(message ? [message.content.cloneNode(true)] : []));
  }

  function filter() {
    const words = plain(search.elements.q.value).split(/\s+/).filter(Boolean);
    for (const box of boxes.values()) {
      const row = box.closest("[data-person]");
      const text = ` ${plain(row.textContent)}`;
      row.hidden = !words.every((word) => text.includes(` ${word}`) || text.includes(`${word} `))
        || (search.elements.show.checked && box.checked && row !== document.activeElement?.closest("[data-person]"));
    }
  }

  async function draw() {
    const waiting = await queue.list();
    for (const [id, box] of boxes) {
      box.checked = boxOf(check, states[id], waiting.filter(({ entry }) => String(entry) === id));
      box.closest("[data-person]").toggleAttribute("data-waiting", waiting.some(({ entry }) => String(entry) === id));
    }
    const present = [...boxes.values()].filter((box) => box.checked).length;
    count.textContent = fill(count.dataset.label, { present, all: boxes.size });
    receipt.dataset.state = waiting.length ? "waiting" : "saved";
    receipt.textContent = fill(waiting.length ? receipt.dataset.waiting : receipt.dataset.saved, { count: waiting.length });
    filter();
  }

  function showLost(lost) {
    const names = lost.map(({ entry }) => boxes.get(String(entry))?.closest("[data-person]").querySelector("strong").textContent);
    status.querySelector("[data-names]").textContent = [...new Set(names)].filter(Boolean).join(", ");
    status.querySelector("[data-forget]").addEventListener("click", async () => {
      await queue.drop(lost);
      say("");
      draw();
    });
  }

  marks.addEventListener("state", async ({ detail }) => {
    if (detail.people) states = detail.people;
    await draw();
    say(["sign-in", "refused", "closed"].includes(detail.name) ? detail.name : kept || !detail.left ? "" : "unsafe");
    if (detail.name === "closed") {
      await queue.forgetStates();
      showLost(detail.marks);
    }
  });

  list.addEventListener("change", async ({ target }) => {
    if (!boxes.has(target.value)) return;
    await marks.mark(Number(target.value), target.checked ? on : off);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("submit", (event) => { event.preventDefault(); filter(); });
  search.addEventListener("input", filter);
  part("button").hidden = true;
  search.querySelector("button").hidden = true;

  addEventListener("online", () => marks.send());
  document.addEventListener("visibilitychange", () => document.hidden || marks.send());
  setInterval(() => document.hidden || marks.send(), ASK_EVERY);

  states = (await queue.states().catch(() => null)) ?? states;
  await draw();
  await marks.send();
}

/* Keep this very page on the device: the service worker did not see its first visit. */
async function keepThisPage() {
  if (!navigator.serviceWorker || !isRollCall(location.href)) return;
  try {
    await navigator.serviceWorker.register("/service-worker.js", { type: "module" });
    await navigator.serviceWorker.ready;
    if (!navigator.onLine) return;
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    await keep(location.href, answer);
  } catch { /* it is not kept; the list works as long as the page stays open */ }
}

const list = document.querySelector("[data-roll-call]");
if (list && !("paper" in list.dataset)) {
  start(list);
  keepThisPage();
}
