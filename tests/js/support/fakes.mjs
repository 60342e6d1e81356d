// A media element, a page, a clock and a server that exist in a test only.

import { subtract } from "../../../static/js/modules/intervals.js";

/** Time that passes when told, and the timers that hang on it. Seconds. */
export class VirtualClock {
  now = 0;
  timers = [];

  setTimeout = (act, wait) => {
    const timer = { at: this.now + wait / 1000, act };
    this.timers.push(timer);
    return timer;
  };

  clearTimeout = (timer) => {
    this.timers = this.timers.filter((other) => other !== timer);
  };

  tick(seconds) {
    this.now += seconds;
    for (const timer of this.timers.filter(({ at }) => at <= this.now)) {
      this.clearTimeout(timer);
      timer.act();
    }
  }
}

/** Behaves as browsers do: events in their order, timeupdate four times a second. */
export class FakeMedia extends EventTarget {
  paused = true;
  seeking = false;
  readyState = 4;
  #time = 0;
  #rate = 1;

  constructor(clock, duration) {
    super();
    this.clock = clock;
    this.duration = duration;
  }

  #fire(...names) {
    for (const name of names) this.dispatchEvent(new Event(name));
  }

  get currentTime() {
    return this.#time;
  }

  set currentTime(time) {
    this.seeking = true;
    this.#time = Math.min(time, this.duration);
    this.#fire("timeupdate", "seeking"); // a stray timeupdate comes first in some browsers
    this.seeking = false;
    this.#fire("timeupdate", "seeked");
    if (!this.paused) this.#fire("playing");
  }

  get playbackRate() {
    return this.#rate;
  }

  set playbackRate(rate) {
    this.#rate = rate;
    this.#fire("ratechange");
  }

  async play() {
    if (!this.paused) return;
    this.paused = false;
    this.#fire("play", "playing");
  }

  pause() {
    if (this.paused) return;
    this.paused = true;
    this.#fire("timeupdate", "pause");
  }

  /** A jump that no event announces. */
  leap(time) {
    this.#time = time;
  }

  /** Let wall-clock seconds pass; `stalled`: the network gives nothing to play. */
  async pass(seconds, { stalled = false, step = 0.25 } = {}) {
    for (let left = seconds; left > 1e-9; left -= step) {
      const stretch = Math.min(step, left);
      this.clock.tick(stretch);
      if (!this.paused && !stalled) {
        this.#time = Math.min(this.#time + stretch * this.#rate, this.duration);
        this.#fire("timeupdate");
        if (this.#time >= this.duration) {
          this.paused = true;
          this.#fire("pause", "ended");
        }
      } else if (stalled) {
        this.#fire("waiting");
      }
      await settled();
    }
  }
}

export class FakePage extends EventTarget {
  hidden = false;
  pictureInPictureElement = null;

  hide(hidden) {
    this.hidden = hidden;
    this.dispatchEvent(new Event("visibilitychange"));
  }
}

export class FakeStorage {
  kept = new Map();
  isBroken = false;

  getItem(key) {
    if (this.isBroken) throw new Error("forbidden");
    return this.kept.get(key) ?? null;
  }

  setItem(key, value) {
    if (this.isBroken) throw new Error("forbidden");
    this.kept.set(key, value);
  }

  removeItem(key) {
    if (this.isBroken) throw new Error("forbidden");
    this.kept.delete(key);
  }
}

/** What ViewingOutbox is to the page, in memory. */
export class FakeOutbox {
  records = new Map();
  kept = new Map();
  isBroken = false;

  async #use(act) {
    if (this.isBroken) throw new Error("forbidden");
    return act();
  }

  list() {
    return this.#use(() => structuredClone([...this.records.values()]));
  }

  keep(record) {
    return this.#use(() => {
      if (record.spans.length) this.records.set(record.grant, structuredClone(record));
      else this.records.delete(record.grant);
    });
  }

  drop(grant) {
    return this.#use(() => this.records.delete(grant));
  }

  settle(grant, sent) {
    return this.#use(() => {
      const record = this.records.get(grant);
      const spans = subtract(record?.spans ?? [], sent);
      if (spans.length) this.records.set(grant, { ...record, spans });
      else this.records.delete(grant);
    });
  }

  notes(key) {
    return this.#use(() => this.kept.get(key) ?? []);
  }

  keepNotes(key, notes) {
    return this.#use(() => this.kept.set(key, notes));
  }
}

/** Answers 200 with all it was sent, unless `answer` says otherwise. `beacons` are what came. */
export class FakeServer {
  beacons = [];
  answer = null; // (beacon) => { status, body, headers } | null (no network)

  post = async (url, body, isUrgent = false) => {
    const beacon = { url, ...structuredClone(body), isUrgent };
    this.beacons.push(beacon);
    const { status = 200, body: answered, headers = {} } = this.answer?.(beacon)
      ?? (this.answer ? { status: 0 } : { body: {} });
    if (status === 0) throw new TypeError("no network");
    return {
      status,
      ok: status === 200,
      headers: new Headers(headers),
      json: async () => answered ?? {},
    };
  };
}

/** Let promises run to their end. */
export const settled = () => new Promise((resolve) => { setImmediate(resolve); });
