// Turns what a media element does into watched intervals, and into reasons where something does not
// count. Knows the HTMLMediaElement interface, nothing of the page around it: an element of ours over
// another site's player (framed-media.js) is no different. Time is the browser's monotonic clock.
//
// * A second counts when it was played, at up to `maxRate`. A jump never counts.
// * While the page is hidden nothing counts, unless `audioAllowed` (the session allows listening)
//   or the picture floats above other windows.

import { tenth } from "./intervals.js";
import { post, ViewingOutbox } from "./viewing-outbox.js";
import { ViewingReporter } from "./viewing-reporter.js";

const EVERY = 15; // seconds between beacons while playing
const JUMP = 0.5; // seconds beyond what the clock explains: a jump

/** Events: those of ViewingReporter, and `state` 'hidden'. `env` is the browser, or a test. */
export class ViewingTracker extends EventTarget {
  #mark = null; // the last place and moment known to be played, and what keeps it from counting
  #place = 0; // where the player stood before it was moved

  constructor(media, options, env = {}) {
    super();
    this.media = media;
    this.env = { page: globalThis.document, window: globalThis, ...env };
    if (!env.outbox) Object.assign(this.env, browser());
    this.reporter = new ViewingReporter(options, this.env);
    this.options = this.reporter.options;
    for (const name of ["change", "state"]) {
      this.reporter.addEventListener(name, ({ detail }) => {
        this.dispatchEvent(new CustomEvent(name, { detail }));
      });
    }
    this.#listen();
    this.#begin();
  }

  get watched() {
    return this.reporter.watched;
  }

  /** Where the player stands; before it knows its medium, where it stood last time. */
  get position() {
    const { media, options, reporter } = this;
    return media.readyState ? Math.min(tenth(media.currentTime), options.duration)
      : reporter.position;
  }

  /** Move the player without taking it for a skip of the member's. */
  goTo(position) {
    const { media } = this;
    const move = () => {
      this.#sample(true);
      this.#place = position;
      media.currentTime = position;
    };
    if (media.readyState) move();
    else media.addEventListener("loadedmetadata", move, { once: true });
  }

  #listen() {
    const { media, env, reporter } = this;
    const on = (target, names, act) => {
      for (const name of names.split(" ")) target.addEventListener(name, act);
    };
    on(media, "play playing", () => this.#begin());
    on(media, "seeked", () => {
      this.#note(this.#place, media.currentTime, "skipped");
      this.#place = media.currentTime;
      this.#begin();
    });
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
        if (media.paused === false && !this.#isSeen) this.#tell("hidden");
      } else {
        this.#sample(true);
      }
      this.#begin();
    });
    on(env.window, "pagehide", () => this.#leave(true));
    on(env.window, "online", () => {
      if (reporter.failures) reporter.send();
      else reporter.deliverOlder();
    });
  }

  get #isSeen() {
    const { page } = this.env;
    return !page.hidden || this.options.audioAllowed || page.pictureInPictureElement === this.media;
  }

  get #obstacle() {
    if (!this.#isSeen) return "hidden";
    return this.media.playbackRate > this.options.maxRate + 0.01 ? "fast" : null;
  }

  #begin() {
    const { currentTime, paused, seeking, playbackRate } = this.media;
    // An element of ours that is not defined yet is no more playing than one that is paused.
    if (this.#mark || paused !== false || seeking) return;
    this.#mark = {
      position: currentTime, rate: playbackRate, at: this.env.seconds(), obstacle: this.#obstacle,
    };
  }

  // Count what was played since the mark, if the clock explains it, and move the mark.
  #sample(isLast = false) {
    const { media, reporter } = this;
    const mark = this.#mark;
    if (!mark || media.seeking) return;
    this.#place = media.currentTime;
    const now = this.env.seconds();
    const played = media.currentTime - mark.position;
    if (played > 0) {
      const isExplained = played <= (now - mark.at) * mark.rate + JUMP;
      const reason = isExplained ? mark.obstacle : "skipped";
      if (reason) this.#note(mark.position, media.currentTime, reason);
      else reporter.add(this.#span(mark.position, media.currentTime));
      reporter.position = this.position;
    }
    this.#mark = null;
    if (!isLast) this.#begin();
    const isDue = now - reporter.sentAt >= EVERY && !reporter.failures;
    if (this.#mark && !this.#mark.obstacle && isDue) reporter.send();
  }

  #span(start, end) {
    return [tenth(start), Math.min(tenth(end), this.options.duration)];
  }

  #note(start, end, reason) {
    this.reporter.note(...this.#span(start, end), reason);
  }

  // The page may be gone after this: count up to here and report.
  #leave(isUrgent = false) {
    const { reporter } = this;
    this.#sample(true);
    this.#mark = null;
    reporter.position = this.position;
    reporter.store();
    const hasMoved = Math.abs(reporter.position - reporter.sentPosition) > 1;
    if (reporter.pending.length || hasMoved) reporter.send(isUrgent);
  }

  #tell(detail) {
    this.dispatchEvent(new CustomEvent("state", { detail }));
  }
}

const browser = () => ({
  outbox: new ViewingOutbox(),
  seconds: () => performance.now() / 1000,
  setTimeout: (act, wait) => setTimeout(act, wait),
  clearTimeout: (timer) => clearTimeout(timer),
  post,
  sendLater,
  isReload: ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type),
});

// Where the browser can, the service worker sends what is kept even when the page is closed.
async function sendLater() {
  try {
    await (await navigator.serviceWorker.ready).sync.register("viewing");
  } catch { /* it cannot: the next page does it */ }
}
