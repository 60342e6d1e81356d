// A media element over another site's player, in a frame that is spoken to by messages. It has as much
// of the HTMLMediaElement interface as the tracker and the page use, and tells what the player told
// last. Nothing is requested before play(). A subclass knows the words of its player:
//   origin, address   where the player is
//   greet()           what to say until it answers (repeated)
//   heard(message)    what it said, as an object
//   command(name, value)   name: play · pause · seek · rate

const GREET_EVERY = 250; // ms
const GREETINGS = 60;
const NEAR = 2; // seconds from where it was sent to: the player has arrived
const STRAYS = 12; // reports from the old place after which it is believed not to move

export class FramedMedia extends HTMLElement {
  paused = true;
  ended = false;
  seeking = false;
  readyState = 0;
  duration = NaN;
  error = null;
  #time = 0;
  #rate = 1;
  #frame;
  #isThere = false;
  #waiting = []; // commands given before the player was there
  #strays = 0;

  get currentTime() {
    return this.#time;
  }

  set currentTime(seconds) {
    this.#time = seconds;
    this.#strays = 0;
    this.seeking = true;
    this.fire("seeking");
    this.#say("seek", seconds);
  }

  get playbackRate() {
    return this.#rate;
  }

  set playbackRate(rate) {
    this.#say("rate", rate);
  }

  async play() {
    this.#load();
    this.#say("play");
  }

  pause() {
    this.#say("pause");
  }

  fire(...names) {
    for (const name of names) this.dispatchEvent(new Event(name));
  }

  /** Tell the frame something, in the player's own form. */
  post(message) {
    this.#frame.contentWindow?.postMessage(message, this.origin);
  }

  // What a subclass has heard.

  isThere() {
    if (this.#isThere) return;
    this.#isThere = true;
    for (const command of this.#waiting.splice(0)) this.command(...command);
  }

  lasts(seconds) {
    if (!(seconds > 0) || seconds === this.duration) return;
    this.duration = seconds;
    if (this.readyState) return;
    this.readyState = 1;
    this.fire("durationchange", "loadedmetadata");
  }

  stands(seconds) {
    if (this.seeking) {
      this.#strays += 1;
      if (Math.abs(seconds - this.#time) > NEAR && this.#strays < STRAYS) return;
      this.#time = seconds;
      this.seeking = false;
      this.fire("seeked");
    } else if (seconds !== this.#time) {
      this.#time = seconds;
      this.fire("timeupdate");
    }
  }

  plays() {
    if (this.paused) {
      this.paused = this.ended = false;
      this.readyState = 4;
      this.fire("play");
    }
    this.fire("playing");
  }

  rests(isEnded = false) {
    if (!this.paused) {
      this.paused = true;
      this.fire("pause");
    }
    if (isEnded && !this.ended) {
      this.ended = true;
      this.fire("ended");
    }
  }

  runsAt(rate) {
    if (!(rate > 0) || rate === this.#rate) return;
    this.#rate = rate;
    this.fire("ratechange");
  }

  fails(reason) {
    this.error = reason;
    this.fire("error", "broken");
  }

  #say(...command) {
    if (this.#isThere) this.command(...command);
    else this.#waiting.push(command);
  }

  #load() {
    if (this.#frame) return;
    this.#frame = Object.assign(document.createElement("iframe"), {
      src: this.address,
      title: this.getAttribute("aria-label"),
      allow: "autoplay; encrypted-media; fullscreen; picture-in-picture",
      referrerPolicy: "strict-origin-when-cross-origin", // players refuse to play for nobody
    });
    addEventListener("message", ({ source, origin, data }) => {
      if (source !== this.#frame.contentWindow || origin !== this.origin) return;
      try {
        this.heard(typeof data === "string" ? JSON.parse(data) : data);
      } catch { /* not of the protocol */ }
    });
    this.#frame.addEventListener("load", () => this.#greet(), { once: true });
    this.append(this.#frame);
    setTimeout(() => {
      if (!this.#isThere) this.fails("unreachable");
    }, GREET_EVERY * GREETINGS);
  }

  #greet(times = GREETINGS) {
    if (this.#isThere || !times) return;
    this.greet();
    setTimeout(() => this.#greet(times - 1), GREET_EVERY);
  }
}
