import assert from "node:assert/strict";
import { test } from "node:test";

import { MarkingStore } from "../../static/js/modules/marking-store.js";

const MARK = { levels: { 1: 10 }, comment: "Rõ ý" };

class Storage {
  items = {};
  getItem = (key) => this.items[key] ?? null;
  setItem = (key, value) => { this.items[key] = value; };
  removeItem = (key) => { delete this.items[key]; };
}

const answer = (status, body = {}, more = {}) => ({
  status,
  ok: status < 300,
  redirected: false,
  json: async () => body,
  text: async () => body,
  ...more,
});

function store(answers, more = {}) {
  const sent = [];
  const request = async (url, options) => {
    sent.push({ url, ...options, body: options.body && JSON.parse(options.body) });
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return next;
  };
  const made = new MarkingStore({
    url: "/marking/K7-204", key: "k", token: "old", version: 3, storage: new Storage(), request, ...more,
  });
  return { made, sent };
}

test("a save carries the version and takes the new one from the receipt", async () => {
  const { made, sent } = store([answer(200, { version: 4, saved_at: "14:02:10" }), answer(200, { version: 5 })]);
  assert.equal((await made.send("draft", MARK)).kind, "saved");
  await made.send("draft", MARK);
  assert.deepEqual(sent.map(({ body }) => body.version), [3, 4]);
  assert.equal(sent[0].headers["X-CSRFToken"], "old");
  assert.deepEqual(sent[0].body, { ...MARK, action: "draft", version: 3 });
});

test("saves go one after another, never two at once", async () => {
  let open = 0;
  let most = 0;
  const request = async (_url, options) => {
    open += 1;
    most = Math.max(most, open);
    await new Promise((done) => setTimeout(done, 2));
    open -= 1;
    return answer(200, { version: JSON.parse(options.body).version + 1 });
  };
  const { made } = store([], { request });
  await Promise.all([1, 2, 3].map(() => made.send("draft", MARK)));
  assert.equal(most, 1);
  assert.equal(made.version, 6);
});

test("without a network, or with a broken server, nothing is taken as saved", async () => {
  for (const failure of [new TypeError("offline"), answer(500), answer(503), answer(429),
    answer(200, {}, { json: async () => { throw new SyntaxError("a proxy's page"); } })]) {
    const { made } = store([failure]);
    assert.equal((await made.send("draft", MARK)).kind, "offline");
    assert.equal(made.version, 3);
  }
});

test("a failed save does not block the next", async () => {
  const { made } = store([new TypeError("offline"), answer(200, { version: 4 })]);
  assert.equal((await made.send("draft", MARK)).kind, "offline");
  assert.equal((await made.send("draft", MARK)).kind, "saved");
});

test("another page's mark comes back with the refusal", async () => {
  const { made } = store([answer(409, { error: "…", version: 9, levels: {}, comment: "kia" })]);
  const refused = await made.send("draft", MARK);
  assert.equal(refused.kind, "conflict");
  assert.equal(refused.comment, "kia");
  assert.equal(made.version, 3, "until the reviewer has chosen");
});

test("a new sign-in brings a new proof, and the save goes through", async () => {
  const page = '<input type="hidden" name="csrf_token" value="new">';
  const { made, sent } = store([answer(400), answer(200, page), answer(200, { version: 4 })]);
  assert.equal((await made.send("draft", MARK)).kind, "saved");
  assert.equal(sent[2].headers["X-CSRFToken"], "new");
});

test("signed out, the mark is kept and said so", async () => {
  const gone = answer(200, "Đăng nhập", { redirected: true });
  for (const answers of [[answer(401)], [answer(400), gone], [answer(403)]]) {
    const { made } = store(answers);
    assert.equal((await made.send("draft", MARK)).kind, "signed-out");
  }
});

test("what is refused is told", async () => {
  const { made } = store([answer(422, { error: "Nhận xét dài quá." })]);
  assert.deepEqual(await made.send("draft", MARK), { kind: "refused", error: "Nhận xét dài quá." });
});

test("an essay that went to somebody else is gone", async () => {
  const { made } = store([answer(404, { error: "404" })]);
  assert.deepEqual(await made.send("draft", MARK), { kind: "gone" });
});

test("what is kept on this machine comes back with its version", () => {
  const { made } = store([]);
  assert.equal(made.kept(), null);
  made.keep(MARK);
  assert.deepEqual(made.kept(), { ...MARK, version: 3 });
  made.forget();
  assert.equal(made.kept(), null);
});

test("a storage that is full or broken stops nothing", () => {
  const full = { getItem: () => "{", setItem: () => { throw new Error("full"); }, removeItem() {} };
  const { made } = store([], { storage: full });
  made.keep(MARK);
  assert.equal(made.kept(), null);
});

test("a retry is asked for once, however often it fails", () => {
  const waiting = new Map();
  let number = 0;
  const real = globalThis.clearTimeout;
  globalThis.clearTimeout = (timer) => waiting.delete(timer);
  try {
    const { made } = store([], { wait: (act) => { number += 1; waiting.set(number, act); return number; } });
    made.later(() => {});
    made.later(() => {});
    assert.equal(waiting.size, 1);
  } finally {
    globalThis.clearTimeout = real;
  }
});
