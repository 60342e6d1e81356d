import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { DeviceCopies } from "../../static/js/modules/device-copies.js";
import { DraftSaver, isSame } from "../../static/js/modules/draft-saver.js";
import { FakeStorage, VirtualClock, settled } from "./support/fakes.mjs";

class Storage extends FakeStorage {
  get length() {
    if (this.isBroken) throw new Error("forbidden");
    return this.kept.size;
  }

  key(index) {
    return [...this.kept.keys()][index];
  }
}

/** Keeps drafts by the rules of lms/essays/services/writing.py. */
class Server {
  drafts = [];
  head = 0;
  isSubmitted = false;
  fault = null; // (body) => status, "offline", "lost" (kept, but the answer does not arrive)
  calls = [];

  save(texts, body = {}) {
    const base = body.base_revision ?? this.head;
    const head = this.drafts[this.head - 1];
    if (base !== this.head && isSame(head?.texts ?? {}, texts)) return { status: 200 };
    const isOwn = body.page_key && head?.page === body.page_key;
    const isOvertaken = isOwn && body.page_sequence < head.sequence;
    const isAside = base !== this.head && (!isOwn || isOvertaken);
    this.drafts.push({ texts, page: body.page_key, sequence: body.page_sequence, isAside });
    if (isAside && !isOvertaken) return { status: 409, other: head };
    if (!isAside) this.head = this.drafts.length;
    return { status: 200 };
  }

  post = async (url, text, isUrgent) => {
    const body = JSON.parse(text);
    this.calls.push({ ...body, isUrgent });
    await settled();
    const fault = this.fault?.(body) ?? null;
    if (fault === "offline") throw new TypeError("no network");
    if (typeof fault === "number") return answer(fault, { error: String(fault) });
    if (this.isSubmitted) return answer(403, { state: "submitted", error: "Bài đã nộp." });
    const { status, other } = this.save(body.texts, body);
    if (fault === "lost") throw new TypeError("the answer was lost");
    return answer(status, {
      revision: this.head,
      saved_at: "2026-12-12T13:15:42+00:00",
      variant_id: 1,
      other: other && { texts: other.texts, revision: this.head, saved_at: "2026-12-12T13:00:00+00:00" },
    });
  };
}

const answer = (status, body) => ({
  status,
  headers: new Headers(status === 429 ? { "Retry-After": "30" } : {}),
  json: async () => body,
});

let clock;
let storage;
let server;
let renewals;

function open(page = "p1", revision = 0, texts = {}) {
  const area = { value: texts.understanding ?? "" };
  const copies = new DeviceCopies("essay-1-7", storage);
  const saver = new DraftSaver(
    { url: "/drafts", page, revision, variant: 1, texts, read: () => ({ understanding: area.value }) },
    copies,
    {
      now: () => clock.now * 1000,
      setTimeout: clock.setTimeout,
      clearTimeout: clock.clearTimeout,
      post: server.post,
      renew: async () => renewals.shift() ?? false,
    },
  );
  const states = [];
  saver.addEventListener("state", ({ detail }) => states.push(detail));
  const type = (text) => {
    area.value = text;
    saver.changed();
  };
  return { saver, copies, states, type, area, said: () => states.at(-1)?.name };
}

/** Let seconds pass, and what they set off run to its end. */
async function pass(seconds) {
  for (let left = seconds; left > 0; left -= 0.5) {
    clock.tick(0.5);
    for (let turn = 0; turn < 6; turn += 1) await settled();
  }
}

beforeEach(() => {
  clock = new VirtualClock();
  clock.now = 1000;
  storage = new Storage();
  server = new Server();
  renewals = [];
});

test("typing is kept on the device at once and on the server within ten seconds", async () => {
  const tab = open();
  tab.type("một");
  await pass(1);
  assert.deepEqual(tab.copies.list().map(({ texts }) => texts.understanding), ["một"]);
  assert.equal(server.drafts.length, 0);
  tab.type("một hai");
  await pass(9);
  assert.deepEqual(server.drafts.map(({ texts }) => texts.understanding), ["một hai"]);
  assert.equal(tab.said(), "saved");
  assert.equal(tab.states.at(-1).at, "2026-12-12T13:15:42+00:00");
  assert.deepEqual(tab.copies.list(), [], "what the server has needs no copy");
});

test("while typing goes on a save goes out every ten seconds, each on the last", async () => {
  const tab = open();
  for (let second = 1; second <= 60; second += 1) {
    tab.type("chữ ".repeat(second));
    await pass(1);
  }
  assert.ok(server.drafts.length >= 5 && server.drafts.length <= 7, `${server.drafts.length} saves`);
  assert.equal(server.drafts.filter(({ isAside }) => isAside).length, 0);
});

test("nothing is sent when nothing changed", async () => {
  const tab = open("p1", 3, { understanding: "đã có" });
  tab.type("đã có  \n");
  await tab.saver.leave();
  await pass(15);
  assert.equal(server.calls.length, 0);
});

test("leaving saves at once, urgently when the page goes", async () => {
  const tab = open();
  tab.type("một");
  await tab.saver.leave();
  assert.equal(server.drafts.length, 1);
  tab.type("một hai");
  tab.saver.leave(true);
  assert.equal(tab.copies.list().length, 1, "on the device before anything is awaited");
  await pass(1);
  assert.deepEqual(server.calls.map(({ isUrgent }) => isUrgent), [false, true]);
});

test("without a network the text waits on the device and is sent later", async () => {
  const tab = open();
  server.fault = () => "offline";
  tab.type("viết lúc mất mạng");
  await pass(40);
  assert.equal(tab.said(), "offline");
  assert.equal(tab.copies.list()[0].texts.understanding, "viết lúc mất mạng");
  server.fault = null;
  tab.saver.resume();
  await pass(1);
  assert.equal(tab.said(), "saved");
  assert.equal(server.drafts.length, 1);
  assert.deepEqual(tab.copies.list(), []);
});

test("a device that keeps nothing is told apart", async () => {
  const tab = open();
  storage.isBroken = true;
  server.fault = () => "offline";
  tab.type("một");
  await pass(12);
  assert.equal(tab.said(), "unsafe");
});

test("a busy server is asked again, not given up", async () => {
  const tab = open();
  server.fault = () => 503;
  tab.type("một");
  await pass(12);
  assert.equal(tab.said(), "offline");
  server.fault = null;
  await pass(30);
  assert.equal(tab.said(), "saved");
});

test("an answer lost on the way is no conflict, and nothing is doubled", async () => {
  const tab = open();
  tab.type("một");
  await tab.saver.flush();
  server.fault = () => "lost";
  tab.type("một hai");
  await tab.saver.save();
  server.fault = null;
  tab.type("một hai ba");
  assert.equal(await tab.saver.flush(), true);
  assert.equal(tab.saver.conflict, null);
  assert.deepEqual(server.drafts.map(({ texts }) => texts.understanding), ["một", "một hai", "một hai ba"]);
  assert.equal(server.head, 3);
});

test("a save overtaken by the last one of a leaving page does not come back on top", async () => {
  const tab = open();
  tab.type("một");
  await tab.saver.flush();
  tab.type("một hai");
  const slow = server.post;
  let release;
  const gate = new Promise((resolve) => { release = resolve; });
  tab.saver.env.post = async (...sent) => { await gate; return slow(...sent); };
  const first = tab.saver.save();
  tab.saver.env.post = slow;
  tab.type("một hai ba");
  await tab.saver.leave(true);
  release();
  await first;
  assert.equal(server.drafts[server.head - 1].texts.understanding, "một hai ba");
  assert.equal(server.drafts.length, 3);
  assert.equal(tab.saver.conflict, null);
});

test("two tabs: the second is told, both texts are on the server, one may be chosen", async () => {
  const one = open("p1");
  const two = open("p2");
  one.type("thẻ một");
  await one.saver.flush();
  two.type("thẻ hai");
  assert.equal(await two.saver.flush(), false);
  assert.equal(two.said(), "conflict");
  assert.equal(two.states.at(-1).other.texts.understanding, "thẻ một");
  assert.deepEqual(server.drafts.map(({ texts }) => texts.understanding), ["thẻ một", "thẻ hai"]);
  two.type("thẻ hai, viết thêm");
  await pass(12);
  assert.equal(server.drafts.at(-1).isAside, true, "typing on while undecided is kept aside too");
  assert.equal(await two.saver.keepMine(), true);
  assert.equal(server.drafts[server.head - 1].texts.understanding, "thẻ hai, viết thêm");
  one.type("thẻ một lần nữa");
  assert.equal(await one.saver.flush(), false);
  await one.saver.takeOther(({ understanding }) => { one.area.value = understanding; });
  assert.equal(one.said(), "saved");
  assert.equal(await one.saver.flush(), true);
  one.type("thẻ một đi tiếp");
  assert.equal(await one.saver.flush(), true);
  assert.equal(server.drafts[server.head - 1].texts.understanding, "thẻ một đi tiếp");
});

test("a choice made while a save is under way is not undone by its answer", async () => {
  const one = open("p1");
  const two = open("p2");
  one.type("thẻ một");
  await one.saver.flush();
  two.type("thẻ hai");
  await two.saver.flush();
  two.type("thẻ hai, đã ghép");
  two.saver.leave(); // the button takes the focus: a save goes out, and comes back as a conflict
  assert.equal(await two.saver.keepMine(), true);
  assert.equal(two.said(), "saved");
  assert.equal(server.drafts[server.head - 1].texts.understanding, "thẻ hai, đã ghép");
  one.type("thẻ một, chữ cuối");
  one.saver.leave();
  await pass(1);
  one.type("thẻ một, chữ cuối cùng");
  await one.saver.takeOther(({ understanding }) => { one.area.value = understanding; });
  assert.equal(one.area.value, "thẻ hai, đã ghép");
  assert.ok(server.drafts.some(({ texts }) => texts.understanding === "thẻ một, chữ cuối cùng"));
  assert.equal(one.saver.isDirty, false);
});

test("any interleaving of tabs: whatever was acknowledged is on the server", async () => {
  let seed = 11;
  const random = (below) => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed % below;
  };
  for (let round = 0; round < 60; round += 1) {
    server = new Server();
    const tabs = Array.from({ length: 2 + random(3) }, (_, index) => open(`r${round}p${index}`));
    for (let step = 0; step < 12; step += 1) {
      const tab = tabs[random(tabs.length)];
      const chance = random(10);
      server.fault = chance === 0 ? () => "lost" : chance === 1 ? () => "offline" : null;
      tab.type(`lượt ${round} bước ${step}`);
      await tab.saver.save();
      server.fault = null;
      if (tab.saver.conflict && random(2)) await tab.saver.keepMine();
      if (!tab.saver.isDirty) {
        const kept = server.drafts.some(({ texts }) => isSame(texts, tab.saver.options.read()));
        assert.ok(kept, "acknowledged and not there");
      }
    }
  }
});

test("a session that ended keeps the text here, and goes on by itself after signing in", async () => {
  const tab = open();
  server.fault = () => 401;
  tab.type("viết khi hết phiên");
  await tab.saver.save();
  assert.equal(tab.said(), "signed-out");
  assert.equal(tab.copies.list()[0].texts.understanding, "viết khi hết phiên");
  tab.type("viết khi hết phiên, thêm");
  await pass(30);
  assert.equal(server.calls.length, 1, "no knocking at a closed door");
  assert.equal(tab.copies.list()[0].texts.understanding, "viết khi hết phiên, thêm");
  server.fault = () => (server.calls.length === 2 ? 400 : null); // a new sign-in, an old proof
  renewals = [true];
  tab.saver.resume();
  await pass(1);
  assert.equal(tab.said(), "saved");
  assert.equal(server.drafts.at(-1).texts.understanding, "viết khi hết phiên, thêm");
});

test("an essay handed in elsewhere stops the page and its copies", async () => {
  const tab = open();
  server.isSubmitted = true;
  tab.type("muộn rồi");
  assert.equal(await tab.saver.flush(), false);
  assert.equal(tab.said(), "submitted");
  assert.deepEqual(tab.copies.list(), []);
  tab.type("vẫn gõ");
  await pass(20);
  assert.equal(server.calls.length, 1);
});

test("a text the server refuses stays on the device until it is changed", async () => {
  const tab = open();
  server.fault = () => 413;
  tab.type("dài quá");
  await tab.saver.save();
  assert.equal(tab.said(), "refused");
  assert.equal(tab.states.at(-1).message, "413");
  await pass(60);
  assert.equal(server.calls.length, 1);
  assert.equal(tab.copies.list().length, 1);
  server.fault = null;
  tab.type("ngắn");
  await pass(11);
  assert.equal(tab.said(), "saved");
});

test("copies on the device belong to one account's essay and are listed newest first", async () => {
  const mine = new DeviceCopies("essay-1-7", storage);
  const other = new DeviceCopies("essay-1-77", storage);
  mine.keep("a", { texts: { understanding: "cũ" }, base: 1, at: 5 });
  mine.keep("b", { texts: { understanding: "mới" }, base: 1, at: 9 });
  other.keep("c", { texts: { understanding: "của người khác" }, base: 1, at: 99 });
  assert.deepEqual(mine.list().map(({ page }) => page), ["b", "a"]);
  mine.clear();
  assert.deepEqual(mine.list(), []);
  assert.equal(other.list().length, 1);
});

test("a text not chosen is set aside on the server before it leaves the device", async () => {
  const tab = open("p2", 1, { understanding: "trên máy chủ" });
  server.save({ understanding: "trên máy chủ" });
  tab.copies.keep("p1", { texts: { understanding: "trên máy này" }, base: 1, at: 5 });
  server.fault = () => "offline";
  await tab.saver.setAside(tab.copies.list()[0]);
  assert.equal(tab.copies.list().length, 1);
  server.fault = null;
  await tab.saver.setAside(tab.copies.list()[0]);
  assert.deepEqual(tab.copies.list(), []);
  assert.equal(server.drafts.at(-1).texts.understanding, "trên máy này");
  assert.equal(server.drafts.at(-1).isAside, true);
});

test("a server that asks to wait is waited for, and the text stays meanwhile", async () => {
  const tab = open();
  server.fault = () => (clock.now < 1030 ? 429 : null);
  tab.type("một");
  await pass(12);
  assert.equal(tab.said(), "offline");
  assert.deepEqual(tab.copies.list().map(({ texts }) => texts.understanding), ["một"]);
  await pass(26);
  assert.equal(server.calls.length, 1, "the wait it asked for is kept");
  await pass(5);
  assert.deepEqual(server.drafts.map(({ texts }) => texts.understanding), ["một"]);
  assert.equal(tab.said(), "saved");
  assert.deepEqual(tab.copies.list(), []);
});
