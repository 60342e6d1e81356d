// Turns what a media element does into watched intervals and reports them to the server.
// Knows the HTMLMediaElement interface and one address, nothing of the page around it.
//
// * A second counts when it was played, at up to `maxRate`. A jump never counts.
// * While the page is hidden nothing counts, unless `audioAllowed` (the task allows listening)
//   or the picture floats above other windows.
// * What is not acknowledged is kept, in memory and storage, and sent again: the same interval
//   twice earns nothing more.

import { merge, subtract, tenth, total } from "./intervals.js";

const EVERY = 15; // seconds between beacons while playing
const STORE_EVERY = 3;
const JUMP = 0.5; // seconds beyond what the clock explains: a jump
const RETRY = [3, 6, 12, 24, 48, 60];
const MOST = 300; // intervals in one beacon

/** Events: `change` (of what is watched) and `state`: 'saved', 'short' (acknowledged, not all
 *  credited), 'offline', 'sign-in', 'refused', 'closed', 'hidden'. Options: url, grant, key (of the
 *  storage), duration, position, intervals, maxRate, audioAllowed. `env` is the browser, or a test. */
export class ViewingTracker extends EventTarget {
  failures = 0;
  #mark = null; // the last place and moment known to be played
  #sending = null; // the intervals under way
  #sendAgain = false;
  #isStopped = false;
  #storedAt = 0;
  #timer;

  constructor(media, options, env = {}) {
    super();
    this.media = media;
    this.options = { maxRate: 1.5, intervals: [], position: 0, ...options };
    this.env = { page: globalThis.document, window: globalThis, ...browser(), ...env };
    this.credited = this.options.intervals;
    const { spans, position } = this.#stored();
    this.pending = subtract(merge([], spans), this.credited);
    // What is stored is newer than the page.
    this.startAt = Number.isFinite(position) ? position : this.options.position;
    this.sentAt = this.env.seconds();
    this.sentPosition = this.startAt;
    this.#listen();
    this.#begin();
    if (this.pending.length) this.send();
  }

  /** Everything watched as far as this page knows, acknowledged or not. */
  get watched() {
    return merge(this.credited, this.pending);
  }

  /** Where the player stands; before it knows its medium, where it stood last time. */
  get position() {
    const { media, options } = this;
    return media.readyState ? Math.min(tenth(media.currentTime), options.duration)
      : this.sentPosition;
  }

  #listen() {
    const { media, env } = this;
    const on = (target, names, act) => {
      for (const name of names.split(" ")) target.addEventListener(name, act);
    };
    on(media, "play playing seeked", () => this.#begin());
    on(media, "timeupdate waiting", () => this.#sample());
    on(media, "seeking emptied", () => { this.#mark = null; });
    on(media, "pause ended", () => this.#leave());
    on(media, "ratechange", () => {
      this.#sample(true);
      this.#begin();
    });
    on(env.page, "visibilitychange", () => {
      if (env.page.hidden) {
        this.#leave(true);
        if (!media.paused && !this.#isSeen) this.#tell("hidden");
      }
      this.#begin();
    });
    on(env.window, "pagehide", () => this.#leave(true));
    on(env.window, "online", () => { if (this.failures) this.send(); });
  }

  get #isSeen() {
    const { page } = this.env;
    return !page.hidden || this.options.audioAllowed || page.pictureInPictureElement === this.media;
  }

  get #counts() {
    const { paused, seeking, playbackRate } = this.media;
    return !paused && !seeking && this.#isSeen && playbackRate <= this.options.maxRate + 0.01;
  }

  #begin() {
    if (this.#mark || !this.#counts) return;
    const { currentTime, playbackRate } = this.media;
    this.#mark = { position: currentTime, rate: playbackRate, at: this.env.seconds() };
  }

  // Count what was played since the mark, if the clock explains it, and move the mark.
  #sample(isLast = false) {
    const { media, options } = this;
    const mark = this.#mark;
    if (!mark || media.seeking) return;
    const now = this.env.seconds();
    const played = media.currentTime - mark.position;
    if (played > 0 && played <= (now - mark.at) * mark.rate + JUMP) {
      const end = Math.min(tenth(media.currentTime), options.duration);
      this.pending = merge(this.pending, [[tenth(mark.position), end]]);
      this.#changed();
    }
    this.#mark = null;
    if (!isLast) this.#begin();
    if (this.#mark && now - this.sentAt >= EVERY && !this.failures) this.send();
  }

  // The page may be gone after this: count up to here and report.
  #leave(isUrgent = false) {
    this.#sample(true);
    this.#mark = null;
    this.#store();
    if (this.pending.length || Math.abs(this.position - this.sentPosition) > 1) this.send(isUrgent);
  }

  /** Report what is not acknowledged. One request at a time, unless the page is leaving. */
  async send(isUrgent = false) {
    if (this.#isStopped) return;
    if (this.#sending) {
      const isNew = subtract(this.pending, this.#sending).length > 0;
      if (!isUrgent || !isNew) {
        this.#sendAgain ||= isNew;
        return;
      }
    }
    const sent = this.pending.slice(0, MOST);
    const { env, position } = this;
    env.clearTimeout(this.#timer);
    this.#sending = sent;
    this.#sendAgain = false;
    this.sentAt = env.seconds();
    try {
      const body = JSON.stringify({ grant: this.options.grant, intervals: sent, position });
      await this.#read(await env.post(this.options.url, body, isUrgent), sent, position);
    } catch {
      this.#retry(); // no network, or no answer that can be read
    }
    this.#sending = null;
    if (this.#sendAgain && !this.failures) this.send();
  }

  async #read(answer, sent, position) {
    const { ok, status } = answer;
    if (ok) {
      const { intervals, closed } = await answer.json();
      this.failures = 0;
      this.sentPosition = position;
      this.credited = intervals ?? merge(this.credited, sent);
      this.#forget(sent);
      const isShort = total(subtract(sent, this.credited)) >= 1;
      this.#tell(closed ? "closed" : isShort ? "short" : "saved");
    } else if (status === 401 || status === 403) {
      this.#isStopped = true; // kept in storage until the member has signed in again
      this.#tell("sign-in");
    } else if (status >= 500 || [408, 425, 429].includes(status)) {
      this.#retry(Number(answer.headers.get("Retry-After")) || 0);
    } else {
      this.#forget(sent); // the server will never take these
      this.#tell("refused");
    }
  }

  #retry(least = 0) {
    const wait = RETRY[Math.min(this.failures, RETRY.length - 1)] * (0.75 + Math.random() / 2);
    this.failures += 1;
    this.env.clearTimeout(this.#timer);
    this.#timer = this.env.setTimeout(() => this.send(), Math.max(wait, least) * 1000);
    this.#tell("offline");
  }

  #forget(sent) {
    this.pending = subtract(this.pending, sent);
    this.#store(sent);
    this.dispatchEvent(new Event("change"));
  }

  #changed() {
    if (this.env.seconds() - this.#storedAt >= STORE_EVERY) this.#store();
    this.dispatchEvent(new Event("change"));
  }

  // Another tab may use the same key: what is stored is added to, never replaced.
  #store(sent = []) {
    const { env: { storage, seconds }, options: { key } } = this;
    this.#storedAt = seconds();
    try {
      const spans = subtract(merge(this.#stored().spans, this.pending), sent);
      if (spans.length) storage.setItem(key, JSON.stringify({ spans, position: this.position }));
      else storage.removeItem(key);
    } catch { /* full or forbidden: memory is all there is */ }
  }

  #stored() {
    try {
      const { spans, position } = JSON.parse(this.env.storage.getItem(this.options.key));
      const fits = ([start, end]) => start >= 0 && end > start && end <= this.options.duration;
      return { spans: spans.filter(fits), position };
    } catch {
      return { spans: [] };
    }
  }

  #tell(detail) {
    this.dispatchEvent(new CustomEvent("state", { detail }));
  }
}

const browser = () => ({
  storage: storage(),
  seconds: () => performance.now() / 1000,
  setTimeout: (act, wait) => setTimeout(act, wait),
  clearTimeout: (timer) => clearTimeout(timer),
  post,
});

function storage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null; // forbidden: then nothing is kept over a reload
  }
}

function post(url, body, isUrgent) {
  const headers = { "Content-Type": "application/json" };
  if (isUrgent && !("keepalive" in Request.prototype)) {
    navigator.sendBeacon(url, new Blob([body], { type: headers["Content-Type"] }));
    throw new Error("no answer"); // it stays stored, and is sent again next time
  }
  const signal = AbortSignal.timeout?.(30_000);
  return fetch(url, { method: "POST", credentials: "same-origin", keepalive: true, headers, body, signal });
}
