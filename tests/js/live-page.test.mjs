import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { FakeMedia, FakePage, VirtualClock, settled } from "./support/fakes.mjs";

let clock;
let media;
let page;
let told;
let requests;
let answer;
let number = 0;

// The page of a stream: its parts are looked up by name, its messages are their names.
async function open() {
  const status = { replaceChildren: (...words) => { told = words.join(""); } };
  const begin = Object.assign(new EventTarget(), { parentElement: {} });
  const parts = { status, begin, present: { dataset: { text: "{minutes}" } } };
  const root = {
    dataset: { url: "/viewing/presence", grant: "g1", run: "4" },
    querySelectorAll: () => [],
    querySelector(asked) {
      if (asked === "video") return media;
      const message = /template\[data-message="(.*)"\]/.exec(asked);
      if (!message) return parts[/data-(\w+)/.exec(asked)[1]];
      return message[1] ? { content: { cloneNode: () => message[1] } } : null;
    },
  };
  page.querySelector = () => root;
  Object.assign(globalThis, { document: page, addEventListener() {} });
  globalThis.performance.now = () => clock.now * 1000;
  globalThis.fetch = (_address, options) => {
    requests.push({ signal: options.signal, seconds: JSON.parse(options.body).seconds });
    return answer();
  };
  number += 1;
  await import(`../../static/js/modules/live-page.js?${number}`);
  await media.play();
}

const taken = async () => ({
  ok: true, status: 200, json: async () => ({ covered_seconds: 60, met: false, over: false }),
});

beforeEach(() => {
  clock = new VirtualClock();
  media = new FakeMedia(clock, 3600);
  page = new FakePage();
  requests = [];
  told = "";
  answer = taken;
});

describe("the page of a stream", () => {
  test("what was played while a report was lost is kept beside it", async () => {
    let lose;
    answer = () => new Promise((_resolve, reject) => { lose = reject; });
    await open();
    await media.pass(15);
    assert.equal(requests.length, 1);
    await media.pass(10);
    lose(new Error("lost"));
    await settled();
    assert.equal(told, "offline");
    answer = taken;
    await media.pass(5);
    await settled();
    assert.equal(requests.length, 2);
    assert.equal(requests[1].seconds, 30);
    assert.equal(told, "online");
  });

  test("a report is given up after a while", async () => {
    await open();
    await media.pass(15);
    assert.ok(requests[0].signal instanceof AbortSignal);
  });

  test("the word about the hidden page goes once it is seen and heard of again", async () => {
    await open();
    page.hide(true);
    assert.equal(told, "hidden");
    page.hide(false);
    await media.pass(16);
    await settled();
    assert.equal(told, "");
  });
});
