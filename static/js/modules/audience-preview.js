/* What the draft of an audience would do, shown while it is edited. Without this file the button
   "Xem trước" does the same with a page. */

const form = document.getElementById("audience");
const effect = document.getElementById("effect");
const WAIT = 600;
let timer = 0;
let running = null;

const refresh = async () => {
  running?.abort();
  running = new AbortController();
  const data = new FormData(form);
  data.set("preview", "1");
  try {
    const response = await fetch(form.action, { method: "POST", body: data, signal: running.signal });
    if (!response.ok) return effect.replaceChildren();
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    effect.replaceChildren(...(page.getElementById("effect")?.childNodes ?? []));
  } catch {
    /* Offline, or overtaken by the next change: what is shown stays until it can be asked again. */
  }
};

form?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(refresh, WAIT);
});
