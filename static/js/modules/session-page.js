// The page of a recorded session: coverage bar, jump to the unwatched, speed, messages, and the player
// that waits behind a button when it comes from elsewhere.
// Every word comes from the page: texts with {placeholders} and <template data-message>.

import { explain, nextUnwatched, total } from "./intervals.js";
import { ViewingTracker } from "./viewing-tracker.js";

const SVG = "http://www.w3.org/2000/svg";
const FADES_AFTER = 3; // beacons

// What a player from elsewhere needs, fetched when it is wanted.
const SOURCES = {
  hls: async (media) => (await import("./hls-media.js")).attach(media, media.dataset.address),
  youtube: () => import("./youtube-media.js"),
  vimeo: () => import("./vimeo-media.js"),
};

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** 41:07, or 1:02:09 from one hour on. */
function clock(seconds) {
  const [hours, minutes, rest] = [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => String(Math.floor(part)));
  const tail = `:${rest.padStart(2, "0")}`;
  return hours === "0" ? minutes + tail : `${hours}:${minutes.padStart(2, "0")}${tail}`;
}

/** The recording with whatever has to happen before it can play. */
class Recording {
  #isBegun = false;

  constructor(root) {
    this.media = root.querySelector("[data-media], video");
    this.source = SOURCES[root.dataset.source];
    this.facade = root.querySelector("[data-facade]");
    this.facade?.querySelector("[data-begin]").addEventListener("click", () => this.play());
  }

  async play() {
    const { media, source, facade } = this;
    try {
      if (source && !this.#isBegun) {
        this.#isBegun = true;
        if (facade) facade.hidden = true;
        media.focus();
        await source(media);
      }
    } catch {
      this.#isBegun = false; // no connection: the button may be pressed again
      if (facade) facade.hidden = false;
      media.dispatchEvent(new Event("broken"));
      return;
    }
    await media.play().catch(() => {});
  }

  // A medium that is loaded afterwards would begin at its usual speed again.
  set speed(rate) {
    const { media } = this;
    const change = () => { media.playbackRate = rate; };
    if (media.readyState) change();
    else media.addEventListener("loadedmetadata", change, { once: true });
  }
}

function start(root) {
  const recording = new Recording(root);
  for (const shown of root.querySelectorAll("[data-with-script]")) shown.hidden = false;
  if (root.dataset.grant) follow(root, recording);
}

function follow(root, recording) {
  const { dataset } = root;
  const { media } = recording;
  const part = (name) => root.querySelector(`[data-${name}]`);
  const duration = Number(dataset.duration);
  const asked = Number(dataset.asked);
  const maxRate = Number(dataset.maxRate);
  const tracker = new ViewingTracker(media, {
    url: dataset.url,
    grant: dataset.grant,
    owner: dataset.owner,
    key: dataset.key,
    duration,
    position: Number(dataset.position),
    intervals: JSON.parse(dataset.intervals),
    offline: JSON.parse(dataset.offline),
    uncredited: JSON.parse(dataset.uncredited),
    maxRate,
    audioAllowed: "audioAllowed" in dataset,
  });
  const { reporter } = tracker;
  const [next, resume, speed, status, why] = ["next", "resume", "speed", "status", "why"].map(part);
  const thousandth = (seconds) => (seconds / duration * 1000).toFixed(1);
  let drawn = "";
  let said = "";
  let age = 0;
  let list = null;
  const isEnough = () => total(reporter.credited) >= asked;
  let wasEnough = isEnough();

  function goTo(position) {
    tracker.goTo(position);
    recording.play();
  }

  function hide(button, isHidden) {
    if (isHidden && document.activeElement === button) media.focus();
    button.hidden = isHidden;
  }

  function rect(name, [from, to], y, height) {
    const shape = { class: name, x: thousandth(from), y, width: thousandth(to - from), height };
    const drawing = document.createElementNS(SVG, "rect");
    for (const key in shape) drawing.setAttribute(key, shape[key]);
    return drawing;
  }

  function draw() {
    const { watched } = tracker;
    const { offline, notes } = reporter;
    list?.show(explain(watched, duration, notes));
    const seconds = Math.floor(total(watched));
    const jump = nextUnwatched(watched, duration, tracker.position);
    const state = `${seconds} ${watched.length} ${jump} ${total(offline)}`;
    if (state === drawn) return;
    drawn = state;
    const bar = part("coverage");
    for (const old of bar.querySelectorAll("rect")) old.remove();
    bar.prepend(
      ...watched.map((span) => rect("th-bar__part", span, 0, 22)),
      ...offline.map((span) => rect("th-bar__offline", span, 7, 8)),
    );
    part("offline-legend").hidden = !offline.length;
    const summary = part("summary");
    summary.textContent = fill(seconds < 60 ? summary.dataset.seconds : summary.dataset.minutes, {
      seconds,
      minutes: Math.floor(seconds / 60),
      percent: Math.min(100, Math.floor(total(watched) / duration * 100 + 1e-6)),
    });
    bar.setAttribute("aria-label", summary.textContent);
    hide(next, jump === null);
    if (jump === null) return;
    next.value = jump;
    next.textContent = fill(next.dataset.label, { time: clock(jump) });
  }

  function say(name) {
    age = 0;
    if (said === name) return;
    said = name;
    const message = part(`message="${name}"`);
    status.replaceChildren(...(message ? [message.content.cloneNode(true)] : []));
  }

  tracker.addEventListener("change", draw);
  media.addEventListener("seeked", draw);
  tracker.addEventListener("state", ({ detail }) => {
    if (detail === "offline") {
      if (reporter.failures > 1) say("offline"); // one lost beacon is not worth a word
    } else if (detail !== "saved") {
      say(detail);
    } else if (isEnough() && !wasEnough) {
      wasEnough = true;
      say("reached");
    } else if (said === "offline") {
      say("online");
    } else if (++age > FADES_AFTER) {
      say("");
    }
  });
  media.addEventListener("broken", () => {
    say("broken");
    part("declaration")?.removeAttribute("hidden");
  });
  media.addEventListener("playing", () => { if (said === "broken") say(""); });
  media.addEventListener("play", () => {
    // It sends what is kept when this page is gone.
    navigator.serviceWorker?.register("/service-worker.js", { type: "module" }).catch(() => {});
  }, { once: true });

  next.addEventListener("click", () => goTo(Number(next.value)));
  why.closest("details").addEventListener("toggle", async ({ target }) => {
    if (list || !target.open) return;
    const { UnwatchedList } = await import("./unwatched-list.js");
    list = new UnwatchedList(why, { clock, goTo });
    draw();
  });

  reporter.ready.then(() => {
    const { position } = reporter;
    const isFirst = position <= 5;
    if (position >= duration - 5 || !media.paused && media.readyState) return;
    if (isFirst && (recording.facade || reporter.credited.length)) return;
    if (!isFirst) tracker.goTo(position);
    resume.textContent = isFirst
      ? resume.dataset.begin
      : fill(resume.dataset.label, { time: clock(position) });
    resume.hidden = false;
    resume.addEventListener("click", () => recording.play());
    media.addEventListener("play", () => hide(resume, true), { once: true });
  });

  speed.closest("[hidden]")?.removeAttribute("hidden");
  speed.addEventListener("change", () => { recording.speed = Number(speed.value); });
  media.addEventListener("ratechange", () => {
    if (media.playbackRate > maxRate) {
      recording.speed = maxRate;
      say("fast");
    }
    speed.value = String(media.playbackRate);
  });

  draw();
}

document.querySelectorAll("[data-viewing]").forEach(start);
