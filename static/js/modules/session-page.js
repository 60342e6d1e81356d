// The page of a recorded session: coverage bar, jump to the unwatched, speed, messages.
// Every word comes from the page: texts with {placeholders} and <template data-message>.

import { nextUnwatched, total } from "./intervals.js";
import { ViewingTracker } from "./viewing-tracker.js";

const SVG = "http://www.w3.org/2000/svg";
const FADES_AFTER = 3; // beacons

const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

/** 41:07, or 1:02:09 from one hour on. */
function clock(seconds) {
  const [hours, minutes, rest] = [seconds / 3600, (seconds / 60) % 60, seconds % 60]
    .map((part) => String(Math.floor(part)));
  const tail = `:${rest.padStart(2, "0")}`;
  return hours === "0" ? minutes + tail : `${hours}:${minutes.padStart(2, "0")}${tail}`;
}

function start(root) {
  const { dataset } = root;
  const media = root.querySelector("video, [data-media]");
  const part = (name) => root.querySelector(`[data-${name}]`);
  const duration = Number(dataset.duration);
  const asked = Number(dataset.asked);
  const maxRate = Number(dataset.maxRate);
  const tracker = new ViewingTracker(media, {
    url: dataset.url,
    grant: dataset.grant,
    key: dataset.key,
    duration,
    position: Number(dataset.position),
    intervals: JSON.parse(dataset.intervals),
    maxRate,
    audioAllowed: "audioAllowed" in dataset,
  });
  const [next, resume, speed, status] = ["next", "resume", "speed", "status"].map(part);
  const thousandth = (seconds) => (seconds / duration * 1000).toFixed(1);
  const play = () => media.play().catch(() => {});
  let drawn = "";
  let said = "";
  let age = 0;
  const isEnough = () => total(tracker.credited) >= asked;
  let wasEnough = isEnough();

  function hide(button, isHidden) {
    if (isHidden && document.activeElement === button) media.focus();
    button.hidden = isHidden;
  }

  function draw() {
    const { watched } = tracker;
    const seconds = Math.floor(total(watched));
    const jump = nextUnwatched(watched, duration, tracker.position);
    const state = `${seconds} ${watched.length} ${jump}`;
    if (state === drawn) return;
    drawn = state;
    const bar = part("coverage");
    for (const rect of bar.querySelectorAll("rect")) rect.remove();
    bar.prepend(...watched.map(([from, to]) => {
      const rect = document.createElementNS(SVG, "rect");
      const shape = { class: "th-bar__part", x: thousandth(from), y: 0, width: thousandth(to - from), height: 22 };
      for (const name in shape) rect.setAttribute(name, shape[name]);
      return rect;
    }));
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
      if (tracker.failures > 1) say("offline"); // one lost beacon is not worth a word
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

  next.addEventListener("click", () => {
    media.currentTime = Number(next.value);
    play();
  });

  const position = tracker.startAt;
  if (position > 5 && position < duration - 5) {
    const goThere = () => { media.currentTime = position; };
    if (media.readyState) goThere();
    else media.addEventListener("loadedmetadata", goThere, { once: true });
    resume.textContent = fill(resume.dataset.label, { time: clock(position) });
    resume.hidden = false;
    resume.addEventListener("click", play);
    media.addEventListener("play", () => hide(resume, true), { once: true });
  }

  for (const shown of root.querySelectorAll("[data-with-script]")) shown.hidden = false;
  speed.closest("[hidden]")?.removeAttribute("hidden");
  speed.addEventListener("change", () => { media.playbackRate = Number(speed.value); });
  media.addEventListener("ratechange", () => {
    if (media.playbackRate > maxRate) {
      media.playbackRate = maxRate;
      say("fast");
    }
    speed.value = String(media.playbackRate);
  });

  draw();
}

document.querySelectorAll("[data-viewing]").forEach(start);
