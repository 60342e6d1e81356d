// Reports watched intervals to the server, and keeps what is not acknowledged, in memory and on the
// device: the same interval twice earns nothing more. Knows one address, no medium and no page.

import { merge, overlay, subtract, total } from "./intervals.js";
import { beaconOf, deliver, meaning } from "./viewing-outbox.js";

const STORE_EVERY = 3; // seconds
const RETRY = [3, 6, 12, 24, 48, 60];
const MOST_NOTES = 100;

/** Events: `change` (of what is watched) and `state`: 'saved', 'short' (acknowledged, not all
 *  credited), 'offline', 'sign-in', 'refused', 'closed'. Options: url, grant, owner and key (of what
 *  is kept), duration, position, intervals, offline, uncredited, maxRate. */
export class ViewingReporter extends EventTarget {
  failures = 0;
  pending = [];
  notes = []; // [start, end, reason], the newest last
  #older = []; // what earlier pages kept and nobody acknowledged yet
  #sending = null; // the intervals under way
  #sendAgain = false;
  #isStopped = false;
  #storedAt = 0;
  #timer;

  constructor(options, env) {
    super();
    this.options = { maxRate: 1.5, intervals: [], offline: [], uncredited: [], position: 0, ...options };
    this.env = env;
    this.credited = this.options.intervals;
    this.offline = this.options.offline;
    this.position = this.sentPosition = this.options.position;
    this.sentAt = env.seconds();
    this.ready = this.#restore();
  }

  /** Everything watched as far as this page knows, acknowledged or not. */
  get watched() {
    return merge(merge(this.credited, this.pending), this.#older);
  }

  add(span) {
    this.pending = merge(this.pending, [span]);
    this.#changed();
  }

  /** Remember why a part does not count. */
  note(...note) {
    const notes = overlay(this.notes, note);
    if (notes === this.notes) return;
    this.notes = notes.slice(-MOST_NOTES);
    this.#changed();
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
    const { env, position } = this;
    const beacon = beaconOf(this.#record);
    env.clearTimeout(this.#timer);
    this.#sending = beacon.intervals;
    this.#sendAgain = false;
    this.sentAt = env.seconds();
    try {
      await this.#read(await env.post(this.options.url, beacon, isUrgent), beacon.intervals, position);
    } catch {
      this.#retry(); // no network, or no answer that can be read
    }
    this.#sending = null;
    if (this.#sendAgain && !this.failures) this.send();
  }

  /** Keep everything on the device. */
  store() {
    const { env: { outbox, seconds }, options: { key } } = this;
    this.#storedAt = seconds();
    // Full or forbidden: memory is all there is.
    outbox.keep(this.#record).catch(() => {});
    if (this.notes.length) outbox.keepNotes(key, this.notes).catch(() => {});
  }

  get #record() {
    const { grant, owner, key, url, maxRate: rate } = this.options;
    return { grant, owner, key, url, rate, spans: this.pending, position: this.position };
  }

  // What this device kept is newer than the page.
  async #restore() {
    const { env: { outbox }, options } = this;
    try {
      this.notes = (await outbox.notes(options.key)).reduce(overlay, this.notes);
      for (const record of await outbox.list()) {
        if (record.key !== options.key || record.owner !== options.owner) continue;
        this.#older = merge(this.#older, record.spans.filter(([, end]) => end <= options.duration));
        this.position = record.position;
      }
    } catch { /* forbidden: then nothing is kept over a reload */ }
    this.notes = options.uncredited.reduce(overlay, this.notes);
    if (this.env.isReload) await this.#ask();
    this.dispatchEvent(new Event("change"));
    this.deliverOlder();
  }

  // The page may have been made before the last report of the one it replaces came in.
  async #ask() {
    const { env, options } = this;
    try {
      const answer = await env.post(options.url, { grant: options.grant, intervals: [] });
      if (meaning(answer) !== "taken") return;
      const body = await answer.json();
      this.#take(body);
      const isKnown = !subtract(this.#older, this.credited).length;
      if (isKnown) this.position = this.sentPosition = body.position ?? this.position;
    } catch { /* no connection: what is known has to do */ }
  }

  /** Send what earlier pages kept, each under its own grant. */
  async deliverOlder() {
    const { env, options } = this;
    const tell = async (record, what, answer) => {
      if (record.key !== options.key) return;
      this.#older = [];
      if (what === "taken") {
        this.#take(await answer.json(), record.spans);
      } else if (what === "foreign") {
        // Its sign-in is over. The server decides what this one may still be credited.
        this.pending = merge(this.pending, subtract(record.spans, this.credited));
        this.send();
      }
      this.dispatchEvent(new Event("change"));
    };
    try {
      await deliver(env.outbox, env.post, { owner: options.owner, except: options.grant, tell });
    } catch { /* no connection: the service worker or the next page does it */ }
  }

  async #read(answer, sent, position) {
    const what = meaning(answer);
    if (what === "taken") {
      const body = await answer.json();
      const wasAway = this.failures > 0;
      this.failures = 0;
      this.sentPosition = position;
      this.#take(body, sent);
      this.#forget(sent);
      const isShort = total(subtract(sent, this.credited)) >= 1;
      this.#tell(body.closed ? "closed" : isShort ? "short" : "saved");
      if (wasAway && this.#older.length) this.deliverOlder();
    } else if (what === "foreign") {
      this.#isStopped = true; // kept until the member has signed in again
      this.#tell("sign-in");
    } else if (what === "later") {
      this.#retry(Number(answer.headers.get("Retry-After")) || 0);
    } else {
      this.#forget(sent); // the server will never take these
      this.#tell("refused");
    }
  }

  #take({ intervals, offline_intervals: offline, uncredited = [] }, sent = []) {
    this.credited = intervals ?? merge(this.credited, sent);
    this.offline = offline ?? this.offline;
    this.notes = uncredited.reduce(overlay, this.notes).slice(-MOST_NOTES);
  }

  #retry(least = 0) {
    const wait = RETRY[Math.min(this.failures, RETRY.length - 1)] * (0.75 + Math.random() / 2);
    this.failures += 1;
    this.env.clearTimeout(this.#timer);
    this.#timer = this.env.setTimeout(() => this.send(), Math.max(wait, least) * 1000);
    this.env.sendLater?.();
    this.#tell("offline");
  }

  #forget(sent) {
    this.pending = subtract(this.pending, sent);
    this.store();
    this.dispatchEvent(new Event("change"));
  }

  #changed() {
    if (this.env.seconds() - this.#storedAt >= STORE_EVERY) this.store();
    this.dispatchEvent(new Event("change"));
  }

  #tell(detail) {
    this.dispatchEvent(new CustomEvent("state", { detail }));
  }
}
