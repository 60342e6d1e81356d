// Keeps what is being written safe: on the device at once, on the server every few seconds.
// Knows one address and what `read` gives; knows nothing of the page around it.
//
// * A text counts as saved only when the server has acknowledged exactly it.
// * One save is under way at a time, except when the page is going away.
// * What the server has not acknowledged stays on the device, and is sent again.
// * A text that parted ways with another one is kept on the server too; the page then decides
//   with `keepMine` or `takeOther`.

import { tidy } from "./words.js";

const EVERY = 10_000; // between saves while typing
const KEEP_AFTER = 500; // after a keystroke, on the device
const RETRY = [3, 6, 12, 24, 48, 60];
const KEEPALIVE_LIMIT = 60_000; // browsers refuse longer bodies from a page that is going away

const signature = (texts) => JSON.stringify(Object.entries(texts)
  .map(([key, text]) => [key, tidy(text)]).filter(([, text]) => text).sort());

export const isSame = (one, other) => signature(one) === signature(other);

/** Events: `state`, whose detail has a `name`: saving · saved {at} · offline {at} · unsafe ·
 *  signed-out {at} · conflict {other} · submitted · closed · refused {message} · changed.
 *  Options: url, page (names this open page), revision, variant, texts (as the server has them),
 *  read (what stands on the page). `env` stands in for the browser. */
export class DraftSaver extends EventTarget {
  conflict = null;
  isSignedOut = false;
  isStopped = false;
  #sequence = 0;
  #acknowledged = 0;
  #failures = 0;
  #sending = null;
  #keepTimer;
  #saveTimer;

  constructor(options, copies, env) {
    super();
    Object.assign(this, { options, copies, env, revision: options.revision });
    this.savedMark = signature(options.texts);
  }

  get isDirty() {
    return signature(this.options.read()) !== this.savedMark;
  }

  /** Something was typed. */
  changed() {
    const { env } = this;
    if (this.isStopped) return;
    env.clearTimeout(this.#keepTimer);
    this.#keepTimer = env.setTimeout(() => this.keep(), KEEP_AFTER);
    if (!this.#saveTimer && !this.isSignedOut) this.#schedule(EVERY);
  }

  /** Put what is not saved on the device; false when the device does not take it. */
  keep() {
    if (this.isStopped) return false;
    if (!this.isDirty) {
      this.copies.drop(this.options.page);
      return true;
    }
    const { options: { page, read }, revision: base, env } = this;
    return this.copies.keep(page, { texts: read(), base, at: env.now() });
  }

  /** A moment after which the writer may be elsewhere, or (urgent) the page gone. */
  leave(isUrgent = false) {
    this.keep();
    return this.save(isUrgent);
  }

  /** Try again after a stop that the writer may have ended: signed in again, back online. */
  resume() {
    if (!this.isStopped && (this.isSignedOut || this.#failures)) this.save();
  }

  /** Save what stands on the page. True once the server has it, on top of what it had. */
  async save(isUrgent = false) {
    if (this.isStopped) return false;
    if (this.#sending && !isUrgent) return this.#sending;
    this.#schedule(null);
    if (!this.isDirty) return !this.conflict;
    const work = this.#send(isUrgent);
    this.#sending = work;
    try {
      return await work;
    } finally {
      if (this.#sending === work) this.#sending = null;
    }
  }

  /** Save until the server has everything; false when it cannot be done now. */
  async flush() {
    for (let tries = 0; tries < 4; tries += 1) {
      if (!(await this.save())) return false;
      if (!this.isDirty && !this.#sending) return true;
    }
    return false;
  }

  /** After a conflict: what stands on this page goes on top of the other text. */
  async keepMine() {
    await this.#settled();
    this.revision = Math.max(this.revision, this.conflict?.revision ?? 0);
    this.conflict = null;
    this.savedMark = null;
    return this.save();
  }

  /** After a conflict: the page goes on with the other text, which `show` puts on it. */
  async takeOther(show) {
    await this.save(); // what stands here is kept aside first, to the last letter
    await this.#settled();
    if (!this.conflict) return;
    const { revision, texts, saved_at: at } = this.conflict;
    this.revision = revision;
    this.conflict = null;
    this.savedMark = signature(texts);
    show(texts);
    this.keep();
    this.#tell("saved", { at });
  }

  // A save that is under way may still bring a conflict of its own.
  async #settled() {
    while (this.#sending) await this.#sending;
  }

  /** A text found on the device that the writer does not go on with: the server keeps it aside. */
  async setAside(copy) {
    try {
      const answer = await this.#post({ texts: copy.texts, base_revision: 0 });
      if (answer.status === 200 || answer.status === 409) this.copies.drop(copy.page);
    } catch { /* it stays on the device, and is offered again */ }
  }

  #post(body, isUrgent = false) {
    return this.env.post(this.options.url, JSON.stringify(body), isUrgent);
  }

  async #send(isUrgent, isSecondTry = false) {
    const { options: { page, read } } = this;
    const texts = read();
    const mark = signature(texts);
    this.#sequence += 1;
    const sequence = this.#sequence;
    this.#tell("saving");
    try {
      const answer = await this.#post(
        { texts, base_revision: this.revision, page_key: page, page_sequence: sequence }, isUrgent,
      );
      if (answer.status === 400 || answer.status === 401) {
        // The proof of our own page is old, or the sign-in has ended: perhaps there is a new one.
        if (!isSecondTry && await this.env.renew()) return await this.#send(isUrgent, true);
        return this.#signOut();
      }
      return await this.#read(answer, mark, sequence);
    } catch {
      return this.#fail(); // no network, or no answer that can be read
    }
  }

  async #read(answer, mark, sequence) {
    const { status } = answer;
    const isBusy = status >= 500 || [408, 425, 429].includes(status);
    if (isBusy) return this.#fail(Number(answer.headers.get("Retry-After")) || 0);
    const body = await answer.json();
    if (status === 200 || (status === 409 && body.other)) {
      this.#failures = 0;
      this.isSignedOut = false;
      if (sequence > this.#acknowledged) {
        this.#acknowledged = sequence;
        this.savedMark = mark;
      }
      this.keep(); // or drop, when nothing was typed meanwhile
      if (this.isDirty) this.#schedule(EVERY);
      return status === 200 ? this.#accept(body) : this.#part(body.other);
    }
    if (status === 403 && body.state) {
      this.isStopped = true;
      if (body.state === "submitted") this.copies.drop(this.options.page);
      this.#tell(body.state, { message: body.error });
      return false;
    }
    if (status === 409) return this.#fail();
    this.keep();
    this.#tell("refused", { message: body.error, at: this.env.now() });
    return false;
  }

  #accept(body) {
    this.revision = Math.max(this.revision, body.revision);
    this.conflict = null;
    this.#tell("saved", { at: body.saved_at });
    if (body.variant_id !== this.options.variant) {
      this.options.variant = body.variant_id;
      this.#tell("changed");
    }
    return true;
  }

  #part(other) {
    this.conflict = other;
    this.#tell("conflict", { other });
    return false;
  }

  #signOut() {
    this.isSignedOut = true;
    this.#tell(this.keep() ? "signed-out" : "unsafe", { at: this.env.now() });
    return false;
  }

  #fail(least = 0) {
    const wait = RETRY[Math.min(this.#failures, RETRY.length - 1)] * (0.75 + Math.random() / 2);
    this.#failures += 1;
    this.#schedule(Math.max(wait, least) * 1000);
    this.#tell(this.keep() ? "offline" : "unsafe", { at: this.env.now() });
    return false;
  }

  #schedule(wait) {
    this.env.clearTimeout(this.#saveTimer);
    this.#saveTimer = wait === null ? null : this.env.setTimeout(() => {
      this.#saveTimer = null;
      this.save();
    }, wait);
  }

  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent("state", { detail: { name, ...detail } }));
  }
}

/** The browser as the saver needs it. `token()` gives the proof of our own page; `renew()` fetches
 *  a new one and tells whether there is one. */
export function browser(token, renew) {
  return {
    now: () => Date.now(),
    setTimeout: (act, wait) => setTimeout(act, wait),
    clearTimeout: (timer) => clearTimeout(timer),
    renew,
    post(url, body, isUrgent) {
      const headers = { "Content-Type": "application/json", "X-CSRFToken": token() };
      const keepalive = isUrgent && new TextEncoder().encode(body).length < KEEPALIVE_LIMIT;
      const signal = isUrgent ? undefined : AbortSignal.timeout?.(30_000);
      return fetch(url, { method: "POST", credentials: "same-origin", keepalive, headers, body, signal });
    },
  };
}
