// The questions of an attempt: every answer is saved as it is given, kept on this machine until the
// server has it, and the time left is shown. Every word comes from the page. Knows no right answer.

const RETRY = [2, 5, 10, 20, 40]; // seconds between tries while the line is down

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function start(form) {
  const { dataset } = form;
  const receipt = document.getElementById("receipt");
  const questions = [...form.querySelectorAll("[data-position]")];
  const inputs = (question) => [...question.querySelectorAll("[name^=answer-]")];
  const chosen = (question) => inputs(question).filter((one) => one.checked).map((one) => one.value);
  const pending = new Map(Object.entries(stored())); // position → chosen ids, not saved yet
  let busy = false;
  let failures = 0;
  let timer;

  function stored() {
    try {
      return JSON.parse(localStorage.getItem(dataset.key)) ?? {};
    } catch {
      return {};
    }
  }

  function keep() {
    try {
      if (pending.size) localStorage.setItem(dataset.key, JSON.stringify(Object.fromEntries(pending)));
      else localStorage.removeItem(dataset.key);
    } catch { /* full or forbidden: memory is all there is */ }
    if (pending.size) dataset.unsaved = "";
    else delete dataset.unsaved;
  }

  function say(text, state) {
    receipt.textContent = text;
    receipt.dataset.state = state;
  }

  /* How many are answered: in the sentence, on the numbers, and in what is asked before sending. */
  function count() {
    const open = [];
    for (const question of questions) {
      const { position } = question.dataset;
      const done = chosen(question).length > 0;
      const chip = form.querySelector(`[data-chip="${position}"]`);
      chip.classList.toggle("th-chip--done", done);
      chip.querySelector("[data-answered]").hidden = !done;
      if (!done) open.push(position);
    }
    form.querySelector("[data-count]").textContent = fill(dataset.done, {
      done: questions.length - open.length,
      count: questions.length,
    });
    dataset.confirm = open.length
      ? fill(dataset.some, { count: open.length, numbers: open.join(", ") })
      : dataset.all;
  }

  async function send() {
    if (busy || !pending.size) return;
    clearTimeout(timer);
    busy = true;
    const [position, answer] = pending.entries().next().value;
    let status = 0;
    let body = {};
    if (!failures) say(dataset.saving, "waiting");
    try {
      const reply = await fetch(dataset.save, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": form.elements.csrf_token.value },
        body: JSON.stringify({ position: Number(position), chosen: answer }),
        signal: AbortSignal.timeout?.(20_000),
      });
      status = reply.status;
      body = await reply.json();
    } catch { /* no network, or no answer that can be read */ }
    busy = false;
    if (status === 200) {
      failures = 0;
      if (pending.get(position) === answer) pending.delete(position);
      keep();
      say(body.message, "saved");
      tick.from(body.seconds_left);
      send();
    } else if (status === 403 || status === 404 || status === 409) {
      leave();
    } else if (status === 401) {
      say(dataset.signedOut, "failed");
    } else if (status === 400 || status === 422) {
      say(dataset.refused, "failed");
    } else {
      say(dataset.offline, "failed");
      timer = setTimeout(send, RETRY[Math.min(failures++, RETRY.length - 1)] * 1000);
    }
  }

  /* Time is over, or it was submitted elsewhere: what is kept here is of no use any more. */
  function leave() {
    pending.clear();
    keep();
    location.replace(dataset.result);
  }

  const tick = clock(dataset, () => {
    dataset.confirmed = "";
    form.requestSubmit();
  });

  form.addEventListener("change", ({ target }) => {
    const question = target.closest("[data-position]");
    if (!question) return;
    pending.delete(question.dataset.position);
    pending.set(question.dataset.position, chosen(question));
    keep();
    count();
    send();
  });
  /* What is saved is not sent again, so that a page left open elsewhere overwrites nothing. */
  form.addEventListener("formdata", ({ formData }) => {
    for (const { dataset: { position } } of questions) {
      if (pending.has(position)) continue;
      formData.delete(`answer-${position}`);
      formData.delete(`several-${position}`);
    }
  });
  addEventListener("online", () => { send(); });
  document.addEventListener("visibilitychange", async () => {
    if (document.hidden) return;
    send();
    if (!("seconds" in dataset)) return;
    try {
      const reply = await fetch(dataset.page, { headers: { Accept: "application/json" } });
      if (reply.redirected) leave();
      else tick.from((await reply.json()).seconds_left);
    } catch { /* the next answer tells */ }
  });

  for (const question of questions) {
    const answer = pending.get(question.dataset.position);
    if (answer) for (const one of inputs(question)) one.checked = answer.includes(one.value);
  }
  form.elements.ask?.remove(); // the question before sending is asked here
  form.querySelector("[data-by-hand]").hidden = true;
  count();
  keep();
  send();
}

/* The time left, by a clock that nobody can set; the server's word counts. */
function clock({ seconds, left, soon }, end) {
  const shown = document.getElementById("clock");
  const said = document.getElementById("clock-said");
  let endsAt;
  const from = (value) => { if (value != null) endsAt = performance.now() + value * 1000; };
  if (seconds === undefined) return { from };
  from(Number(seconds));
  const show = () => {
    const rest = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
    shown.textContent = fill(left, { time: `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}` });
    shown.toggleAttribute("data-short", rest <= 300);
    if (rest === 300 || rest === 60) said.textContent = fill(soon, { minutes: rest / 60 });
    if (rest > 0) return;
    clearInterval(timer);
    end();
  };
  const timer = setInterval(show, 1000);
  show();
  return { from };
}

document.querySelectorAll("[data-quiz]").forEach(start);
