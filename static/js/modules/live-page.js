// The page of a stream under way: plays it and reports every so often how long it has really played.
// Presence is of the moment: what could not be reported in time is not made up for afterwards.

import { attach } from "./hls-media.js";

const EVERY = 15; // seconds between reports
const FORGET_AFTER = 30; // seconds that a report may come late: the server's clock knows no more
const JUMP = 1.5; // seconds of play in one sample beyond what the clock explains

const root = document.querySelector("[data-live]");
const { dataset } = root;
const media = root.querySelector("video");
const part = (name) => root.querySelector(`[data-${name}]`);
const seconds = () => performance.now() / 1000;

let played = 0;
let mark = null;
let sentAt = seconds();
let isOver = false;
let state = "";

function tell(name) {
  if (name === state) return;
  state = name;
  const message = root.querySelector(`template[data-message="${name}"]`);
  part("status").replaceChildren(...(message ? [message.content.cloneNode(true)] : []));
}

const isSeen = () => !document.hidden || "audioAllowed" in dataset
  || document.pictureInPictureElement === media;

// Count what was played since the mark, as far as the clock explains it, and move the mark.
function sample() {
  const now = seconds();
  if (mark) {
    const gained = media.currentTime - mark.position;
    if (gained > 0 && gained <= now - mark.at + JUMP) played += Math.min(gained, now - mark.at);
  }
  const counts = !media.paused && !media.seeking && isSeen();
  mark = counts ? { position: media.currentTime, at: now } : null;
  if (now - sentAt >= EVERY && played >= 1) send();
}

async function send() {
  if (isOver) return;
  const reported = Math.min(played, FORGET_AFTER);
  played = 0;
  sentAt = seconds();
  try {
    const answer = await fetch(dataset.url, {
      method: "POST",
      credentials: "same-origin",
      keepalive: true,
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        grant: dataset.grant, run: Number(dataset.run), seconds: Math.round(reported * 10) / 10,
      }),
      signal: AbortSignal.timeout?.(30_000),
    });
    if (answer.status === 401 || answer.status === 403) {
      isOver = true;
      tell("sign-in");
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
  } catch {
    played = Math.min(played + reported, FORGET_AFTER);
    tell("offline");
  }
}

function show({ covered_seconds: covered, met, over }) {
  const present = part("present");
  present.textContent = present.dataset.text.replace("{minutes}", String(Math.floor(covered / 60)));
  if (over) {
    isOver = true;
    tell("over");
  } else if (met) tell("met");
  else if (state === "offline") tell("online");
  else if (state === "hidden" && isSeen()) tell("");
}

async function begin() {
  try {
    if (!media.currentSrc && !media.src) await attach(media, media.dataset.address);
    await media.play();
    part("begin").parentElement.hidden = true;
  } catch {
    tell("broken");
  }
}

for (const shown of root.querySelectorAll("[data-with-script]")) shown.hidden = false;
part("begin").addEventListener("click", begin);
media.addEventListener("broken", () => tell("broken"));
for (const name of ["playing", "timeupdate", "pause", "waiting", "ended"]) {
  media.addEventListener(name, sample);
}
document.addEventListener("visibilitychange", () => {
  sample();
  if (document.hidden && !media.paused && !isSeen()) tell("hidden");
});
addEventListener("pagehide", () => {
  sample();
  if (played >= 1) send();
});
