// <vimeo-media video="…" hash="…">: Vimeo's player without its script in our page. It says when it is
// ready, tells the events that were asked for, and takes methods by name.

import { FramedMedia } from "./framed-media.js";

const EVENTS = ["loaded", "play", "playing", "pause", "ended", "timeupdate", "seeked",
  "playbackratechange", "bufferstart", "error"];
const METHODS = { play: "play", pause: "pause", seek: "setCurrentTime", rate: "setPlaybackRate" };

class VimeoMedia extends FramedMedia {
  origin = "https://player.vimeo.com";

  get address() {
    const asked = new URLSearchParams({ dnt: 1, playsinline: 1 });
    if (this.hasAttribute("hash")) asked.set("h", this.getAttribute("hash"));
    return `${this.origin}/video/${this.getAttribute("video")}?${asked}`;
  }

  greet() {
    this.post({ method: "ping" });
  }

  command(name, value) {
    this.post(value === undefined ? { method: METHODS[name] } : { method: METHODS[name], value });
  }

  heard({ event, method, data, value }) {
    if (event === "ready" || method === "ping") this.#ready();
    else if (method === "getDuration") this.lasts(value);
    else if (event === "error") this.#failed(data);
    else if (event) this.#happened(event, data ?? {});
  }

  #ready() {
    for (const value of EVENTS) this.post({ method: "addEventListener", value });
    this.post({ method: "getDuration" });
    this.isThere();
  }

  // A method that was refused (a speed, say) is no end of the recording.
  #failed({ name, method } = {}) {
    if (!method || method === "play" || name === "PrivacyError") this.fails(name);
  }

  #happened(event, { seconds, duration, playbackRate }) {
    this.lasts(duration);
    this.runsAt(playbackRate);
    if (seconds !== undefined) this.stands(seconds);
    if (event === "play" || event === "playing") this.plays();
    else if (event === "pause") this.rests();
    else if (event === "ended") this.rests(true);
    else if (event === "bufferstart") this.fire("waiting");
  }
}

customElements.define("vimeo-media", VimeoMedia);
