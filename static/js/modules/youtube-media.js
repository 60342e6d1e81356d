// <youtube-media video="…">: YouTube's player without its script in our page. The frame of the address
// without cookies tells its state once somebody is listening, and takes commands, as JSON text.

import { FramedMedia } from "./framed-media.js";

const ENDED = 0;
const PLAYING = 1;
const BUFFERING = 3;
const COMMANDS = { play: "playVideo", pause: "pauseVideo", seek: "seekTo", rate: "setPlaybackRate" };

class YouTubeMedia extends FramedMedia {
  origin = "https://www.youtube-nocookie.com";

  get address() {
    const asked = new URLSearchParams({
      enablejsapi: 1, origin: location.origin, playsinline: 1, rel: 0, hl: document.documentElement.lang,
    });
    return `${this.origin}/embed/${this.getAttribute("video")}?${asked}`;
  }

  #tell(message) {
    this.post(JSON.stringify({ id: 1, channel: "widget", ...message }));
  }

  greet() {
    this.#tell({ event: "listening" });
  }

  command(name, value) {
    const args = name === "seek" ? [value, true] : value === undefined ? [] : [value];
    this.#tell({ event: "command", func: COMMANDS[name], args });
  }

  heard({ event, info }) {
    if (event === "onError") this.fails(String(info));
    if (event === "onReady" || event === "initialDelivery") this.#ready();
    if (event === "onStateChange") this.#state(info);
    if (event === "onPlaybackRateChange") this.runsAt(info);
    if (event !== "initialDelivery" && event !== "infoDelivery") return;
    this.runsAt(info.playbackRate);
    this.lasts(info.duration);
    // A change of state comes with the place where it happened: the place first, to be counted.
    if (info.currentTime !== undefined) this.stands(info.currentTime);
    if (info.playerState !== undefined) this.#state(info.playerState);
  }

  #ready() {
    for (const name of ["onStateChange", "onPlaybackRateChange", "onError"]) {
      this.#tell({ event: "command", func: "addEventListener", args: [name] });
    }
    this.isThere();
  }

  #state(state) {
    if (state === PLAYING) this.plays();
    else if (state === BUFFERING) this.fire("waiting");
    else this.rests(state === ENDED);
  }
}

customElements.define("youtube-media", YouTubeMedia);
