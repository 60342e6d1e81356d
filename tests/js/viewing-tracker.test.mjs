import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";

import { explain, total } from "../../static/js/modules/intervals.js";
import { ViewingTracker } from "../../static/js/modules/viewing-tracker.js";
import { FakeMedia, FakeOutbox, FakePage, FakeServer, VirtualClock, settled } from "./support/fakes.mjs";

const KEY = "viewing-7-3";
let clock;
let media;
let page;
let window;
let outbox;
let server;
let states;

function open(options = {}, env = {}) {
  const tracker = new ViewingTracker(
    media,
    { url: "/viewing/beacons", grant: "g1", owner: "5", key: KEY, duration: media.duration, ...options },
    {
      page,
      window,
      outbox,
      seconds: () => clock.now,
      setTimeout: clock.setTimeout,
      clearTimeout: clock.clearTimeout,
      post: server.post,
      ...env,
    },
  );
  tracker.addEventListener("state", ({ detail }) => states.push(detail));
  return tracker;
}

beforeEach(() => {
  clock = new VirtualClock();
  media = new FakeMedia(clock, 600);
  page = new FakePage();
  window = new EventTarget();
  outbox = new FakeOutbox();
  server = new FakeServer();
  states = [];
});

const kept = (grant = "g1") => outbox.records.get(grant)?.spans;

describe("what counts as watched", () => {
  test("a minute at 1× is a minute, reported every fifteen seconds", async () => {
    const tracker = open();
    await media.play();
    await media.pass(62);
    media.pause();
    await settled();
    assert.deepEqual(tracker.watched, [[0, 62]]);
    assert.equal(tracker.reporter.pending.length, 0);
    assert.equal(server.beacons.length, 5);
    assert.deepEqual(server.beacons[0], {
      url: "/viewing/beacons", grant: "g1", intervals: [[0, 15]], position: 15, isUrgent: false,
    });
  });

  test("at 1.5× the recording's seconds count, at 0.75× too", async () => {
    const tracker = open();
    media.playbackRate = 1.5;
    await media.play();
    await media.pass(20);
    assert.equal(total(tracker.watched), 30);
    media.playbackRate = 0.75;
    await media.pass(20);
    assert.equal(total(tracker.watched), 45);
  });

  test("faster than allowed does not count, and coming back does", async () => {
    const tracker = open();
    await media.play();
    await media.pass(10);
    media.playbackRate = 4;
    await media.pass(10);
    assert.deepEqual(tracker.watched, [[0, 10]]);
    media.playbackRate = 1;
    await media.pass(10);
    assert.deepEqual(tracker.watched, [[0, 10], [50, 60]]);
  });

  test("a seek is a hole", async () => {
    const tracker = open();
    await media.play();
    await media.pass(10);
    media.currentTime = 300;
    await media.pass(10);
    media.currentTime = 100;
    await media.pass(5);
    media.pause();
    assert.deepEqual(tracker.watched, [[0, 10], [100, 105], [300, 310]]);
  });

  test("dragging along the whole recording earns nothing", async () => {
    const tracker = open();
    await media.play();
    for (let at = 0; at < 600; at += 1) media.currentTime = at;
    media.pause();
    assert.equal(total(tracker.watched), 0);
  });

  test("a jump that nothing announces is a hole too", async () => {
    const tracker = open();
    await media.play();
    await media.pass(10);
    media.leap(400);
    await media.pass(10);
    assert.deepEqual(tracker.watched, [[0, 10], [400.3, 410]]);
  });

  test("a slow machine that reports every five seconds loses nothing", async () => {
    const tracker = open();
    await media.play();
    await media.pass(60, { step: 5 });
    assert.deepEqual(tracker.watched, [[0, 60]]);
  });

  test("waiting for the network does not count", async () => {
    const tracker = open();
    await media.play();
    await media.pass(5);
    await media.pass(40, { stalled: true });
    await media.pass(5);
    assert.deepEqual(tracker.watched, [[0, 10]]);
  });

  test("a pause sends at once, and an idle page is silent", async () => {
    const tracker = open();
    await media.play();
    await media.pass(4);
    media.pause();
    await settled();
    assert.deepEqual(server.beacons.map(({ intervals }) => intervals), [[[0, 4]]]);
    await media.pass(3600, { step: 60 });
    assert.equal(server.beacons.length, 1);
    assert.deepEqual(tracker.watched, [[0, 4]]);
  });

  test("the end is reported up to the last tenth, never beyond", async () => {
    media.duration = 89.568;
    const tracker = open({ duration: 89.5 });
    media.currentTime = 80;
    await media.play();
    await media.pass(12);
    await settled();
    assert.deepEqual(tracker.watched, [[80, 89.5]]);
    assert.equal(tracker.reporter.pending.length, 0);
    assert.ok(server.beacons.every(({ position }) => position <= 89.5));
  });

  test("the same part again is sent once more at most", async () => {
    const tracker = open();
    await media.play();
    await media.pass(16);
    media.currentTime = 0;
    await media.pass(10);
    media.pause();
    await settled();
    assert.deepEqual(tracker.watched, [[0, 16]]);
  });
});

describe("a hidden page", () => {
  test("counts nothing, and reports what came before at once", async () => {
    const tracker = open();
    await media.play();
    await media.pass(5);
    page.hide(true);
    await settled();
    assert.deepEqual(server.beacons.at(-1).intervals, [[0, 5]]);
    assert.equal(server.beacons.at(-1).isUrgent, true);
    await media.pass(60);
    page.hide(false);
    await media.pass(5);
    assert.deepEqual(tracker.watched, [[0, 5], [65, 70]]);
    assert.ok(states.includes("hidden"));
    assert.deepEqual(tracker.reporter.notes, [[5, 65, "hidden"]]);
  });

  test("counts where the task allows listening", async () => {
    const tracker = open({ audioAllowed: true });
    await media.play();
    await media.pass(5);
    page.hide(true);
    await media.pass(20);
    assert.equal(total(tracker.watched), 25);
    assert.ok(!states.includes("hidden"));
  });

  test("counts while the picture floats above other windows", async () => {
    const tracker = open();
    await media.play();
    page.pictureInPictureElement = media;
    page.hide(true);
    await media.pass(20);
    assert.equal(total(tracker.watched), 20);
  });

  test("leaving sends once for hiding and leaving together", async () => {
    open();
    await media.play();
    await media.pass(5);
    page.hide(true);
    window.dispatchEvent(new Event("pagehide"));
    await settled();
    assert.equal(server.beacons.length, 1);
  });
});

describe("what the server answers", () => {
  test("its coverage is taken over, and a part not credited is said", async () => {
    server.answer = () => ({ body: { intervals: [[0, 12]], covered_seconds: 12 } });
    const tracker = open();
    await media.play();
    await media.pass(16);
    assert.deepEqual(tracker.reporter.credited, [[0, 12]]);
    assert.deepEqual(states, ["short"]);
  });

  test("without an answer everything is kept and sent again, later and later", async () => {
    server.answer = () => null;
    const tracker = open();
    await media.play();
    await media.pass(120);
    assert.deepEqual(tracker.reporter.pending, [[0, 120]]);
    const tries = server.beacons.length;
    assert.ok(tries >= 4 && tries <= 8, `${tries} tries in two minutes`);
    assert.deepEqual(new Set(states), new Set(["offline"]));
    server.answer = null;
    window.dispatchEvent(new Event("online"));
    await settled();
    assert.deepEqual(server.beacons.at(-1).intervals, [[0, 120]]);
    assert.equal(tracker.reporter.pending.length, 0);
    assert.equal(states.at(-1), "saved");
    assert.equal(outbox.records.size, 0);
  });

  test("a busy server is left alone as long as it asks", async () => {
    server.answer = () => ({ status: 503, headers: { "Retry-After": "40" } });
    open();
    await media.play();
    await media.pass(50);
    assert.equal(server.beacons.length, 1);
    await media.pass(6);
    assert.equal(server.beacons.length, 2);
  });

  for (const status of [401, 403]) {
    test(`${status} stops, says so, and keeps what was watched`, async () => {
      server.answer = () => ({ status });
      open();
      await media.play();
      await media.pass(60);
      media.pause();
      assert.equal(server.beacons.length, 1);
      assert.deepEqual(states, ["sign-in"]);
      assert.deepEqual(kept(), [[0, 60]]);
    });
  }

  test("400 drops what was refused and goes on", async () => {
    server.answer = ({ intervals }) => (intervals[0][0] === 0 ? { status: 400 } : { body: {} });
    const tracker = open();
    await media.play();
    await media.pass(30.5);
    assert.deepEqual(states, ["refused", "saved"]);
    assert.deepEqual(tracker.reporter.credited, [[15, 30]]);
  });

  test("a closed campaign is said", async () => {
    server.answer = () => ({ body: { intervals: [], closed: true } });
    open();
    await media.play();
    await media.pass(16);
    assert.deepEqual(states, ["closed"]);
  });

  test("an answer that is no JSON counts as none", async () => {
    server.post = async () => ({ ok: true, status: 200, json: () => Promise.reject(new Error()) });
    const tracker = open();
    await media.play();
    await media.pass(15);
    assert.deepEqual(tracker.reporter.pending, [[0, 15]]);
    assert.deepEqual(states, ["offline"]);
  });

  test("what is watched while a beacon is under way goes with the next", async () => {
    let answer;
    server.post = (url, body) => {
      server.beacons.push(body);
      return new Promise((resolve) => { answer = resolve; });
    };
    const tracker = open();
    await media.play();
    await media.pass(20);
    media.pause();
    await settled();
    assert.equal(server.beacons.length, 1);
    answer({ ok: true, status: 200, json: async () => ({}) });
    await settled();
    assert.deepEqual(server.beacons[1].intervals, [[15, 20]]);
    answer({ ok: true, status: 200, json: async () => ({}) });
    await settled();
    assert.deepEqual(tracker.reporter.credited, [[0, 20]]);
  });
});

describe("what does not count is remembered with its reason", () => {
  test("skipped, hidden, too fast; what was never played has none", async () => {
    const tracker = open();
    await media.play();
    await media.pass(10);
    media.currentTime = 100;
    await media.pass(10);
    page.hide(true);
    await media.pass(20);
    page.hide(false);
    await media.pass(10);
    media.playbackRate = 4;
    await media.pass(10);
    media.playbackRate = 1;
    await media.pass(10);
    media.pause();
    assert.deepEqual(explain(tracker.watched, 600, tracker.reporter.notes), [
      [10, 100, "skipped"], [110, 130, "hidden"], [140, 180, "fast"], [190, 600, "never"],
    ]);
  });

  test("a jump that the page makes for the member is no skip", async () => {
    const tracker = open();
    tracker.goTo(200);
    await media.play();
    await media.pass(10);
    assert.deepEqual(tracker.reporter.notes, []);
    assert.deepEqual(tracker.watched, [[200, 210]]);
  });

  test("what the server refused stands over what the page saw, and outlives the page", async () => {
    server.answer = () => ({ body: { intervals: [[0, 12]], uncredited: [[12, 15, "clock"]] } });
    open();
    await media.play();
    await media.pass(16);
    media.pause();
    await settled();
    const later = open({ grant: "g2", intervals: [[0, 12]] });
    await later.reporter.ready;
    assert.deepEqual(explain([[0, 12]], 20, later.reporter.notes),
      [[12, 15, "clock"], [15, 20, "never"]]);
  });
});

describe("a reload", () => {
  const leftBehind = (record) => outbox.keep({
    grant: "g0", owner: "5", key: KEY, url: "/viewing/beacons", rate: 1.5, spans: [[0, 15]], position: 15, ...record,
  });

  test("sends what was not acknowledged under its own grant, without moving the place", async () => {
    server.answer = () => null;
    open();
    await media.play();
    await media.pass(15);
    window.dispatchEvent(new Event("pagehide"));
    assert.deepEqual(kept(), [[0, 15]]);

    server = new FakeServer();
    media = new FakeMedia(clock, 600);
    media.readyState = 0;
    const tracker = open({ grant: "g9", position: 0 }); // the page was made before the last report
    await tracker.reporter.ready;
    assert.equal(tracker.position, 15);
    assert.deepEqual(tracker.watched, [[0, 15]]);
    await settled();
    assert.deepEqual(server.beacons.map(({ grant, intervals, position }) => [grant, intervals, position]),
      [["g1", [[0, 15]], 15]]);
    assert.deepEqual(tracker.watched, [[0, 15]]);
    assert.equal(outbox.records.size, 0);
  });

  test("asks what the server holds: the page was made before the last report came in", async () => {
    leftBehind({ spans: [[0, 4.9]], position: 4.9 }); // the rest went out on leaving
    server.answer = () => ({ body: { intervals: [[0, 9]], offline_intervals: [], position: 9 } });
    const tracker = open({}, { isReload: true });
    await tracker.reporter.ready;
    assert.deepEqual(server.beacons[0], {
      url: "/viewing/beacons", grant: "g1", intervals: [], isUrgent: false,
    });
    assert.deepEqual(tracker.watched, [[0, 9]]);
    assert.equal(tracker.reporter.position, 9);
    await settled();
    assert.equal(server.beacons[1].kept, true);

    leftBehind({ spans: [[9, 15]], position: 15 }); // more than the server knows
    const next = open({}, { isReload: true });
    await next.reporter.ready;
    assert.equal(next.reporter.position, 15);

    server.answer = () => null;
    const alone = open({ position: 3 }, { isReload: true });
    await alone.reporter.ready;
    assert.ok(alone.reporter.position >= 3);
  });

  test("a kill without a word loses three seconds at most", async () => {
    server.answer = () => null;
    open();
    await media.play();
    await media.pass(14);
    assert.ok(total(kept()) >= 11);
  });

  test("more than the clock can pay for says that it was kept without a connection", async () => {
    server.answer = () => null;
    open();
    await media.play();
    await media.pass(120);
    server.answer = null;
    window.dispatchEvent(new Event("online"));
    await settled();
    const { intervals, offline } = server.beacons.at(-1);
    assert.deepEqual([intervals, offline], [[[0, 120]], true]);
    assert.ok(server.beacons.slice(0, 3).every((beacon) => !("offline" in beacon)));
  });

  test("what belongs to another sign-in goes with this one, for the server to judge", async () => {
    await leftBehind({ spans: [[0, 15], [20, 25]], position: 25 });
    server.answer = ({ grant }) => (grant === "g0" ? { status: 403 } : { body: {} });
    const tracker = open({ intervals: [[0, 22]] });
    await tracker.reporter.ready;
    await settled();
    assert.deepEqual(server.beacons.map(({ grant, intervals }) => [grant, intervals]),
      [["g0", [[0, 15], [20, 25]]], ["g1", [[22, 25]]]]);
    assert.equal(outbox.records.size, 0);
  });

  test("what belongs to another account is dropped, never sent", async () => {
    await leftBehind({ owner: "6", key: "viewing-8-3" });
    await leftBehind({ grant: "gx", owner: "6" });
    const tracker = open();
    await tracker.reporter.ready;
    await settled();
    assert.deepEqual(server.beacons, []);
    assert.deepEqual(tracker.watched, []);
    assert.equal(outbox.records.size, 0);
  });

  test("works where nothing can be kept", async () => {
    outbox.isBroken = true;
    const tracker = open();
    await media.play();
    await media.pass(20);
    assert.equal(total(tracker.watched), 20);
  });
});

test("a place reached by seeking is remembered on leaving", async () => {
  open();
  media.currentTime = 200;
  window.dispatchEvent(new Event("pagehide"));
  await settled();
  assert.deepEqual(server.beacons.map(({ position, intervals }) => [position, intervals]), [[200, []]]);
});
