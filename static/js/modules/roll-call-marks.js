// Marks of a roll-call on their way to the server: each is kept on the device first and sent in
// batches; the server takes a key once, so sending again does no harm. Knows no page.

const RETRY = [5, 10, 20, 40, 60]; // seconds
const MOST = 200; // marks in a batch

/** What a person's box shows: how they stood, and what was marked here since. */
export function boxOf(check, state, marks) {
  const [on, off] = check === "entry" ? ["enter", "clear"] : ["leave", "unleave"];
  return marks.reduce((box, { act }) => (act === on ? true : act === off || act === "clear" ? false : box),
    Boolean(state?.[check]));
}

/** Events: `state`, whose detail has a `name`: saved · waiting · sign-in · refused · closed, the
 *  number of marks `left`, and `people` where the server told how everybody stands.
 *  `env`: now, post(url, body) and get(url) → Response, renew() → whether there is a new proof of
 *  our page, setTimeout, clearTimeout, key() → a fresh key. */
export class RollCallMarks extends EventTarget {
  #failures = 0;
  #timer = null;
  #sending = null;

  constructor(url, queue, env) {
    super();
    Object.assign(this, { url, queue, env });
  }

  /** Keep a mark, then send what is kept. Resolves once it is kept. */
  async mark(entry, act) {
    await this.queue.add({ key: this.env.key(), entry, act, at: this.env.now() });
    const left = (await this.queue.list()).length;
    this.#tell("waiting", { left });
    this.send();
  }

  /** Send everything that is kept, and with nothing to send ask how everybody stands. */
  send() {
    this.env.clearTimeout(this.#timer);
    this.#sending ??= this.#work().finally(() => { this.#sending = null; });
    return this.#sending;
  }

  async #work() {
    let isAsked = false;
    for (;;) {
      const marks = (await this.queue.list()).slice(0, MOST);
      if (!marks.length && isAsked) return;
      if (!await this.#exchange(marks)) return;
      isAsked = true;
    }
  }

  async #exchange(marks, isSecondTry = false) {
    let answer;
    try {
      const body = {
        sent_at: this.env.now(),
        marks: marks.map(({ key, entry, act, at }) => ({ key, entry, act, at })),
      };
      answer = marks.length ? await this.env.post(this.url, body) : await this.env.get(this.url);
      if (answer.status === 400 && !isSecondTry && await this.env.renew()) {
        return await this.#exchange(marks, true);
      }
      if (answer.ok && !answer.redirected) return await this.#taken(marks, await answer.json());
    } catch {
      return this.#later(); // no network, or no answer that can be read
    }
    const { status } = answer;
    if (status >= 500 || [408, 425, 429].includes(status)) return this.#later();
    const told = await answer.json().catch(() => ({}));
    const left = await this.queue.list();
    const name = told.closed ? "closed" : [400, 401].includes(status) || answer.redirected ? "sign-in" : "refused";
    this.#tell(name, { left: left.length, marks: left });
    return false;
  }

  async #taken(marks, { people, is_open: isOpen }) {
    this.#failures = 0;
    await this.queue.drop(marks);
    await (isOpen ? this.queue.keepStates(people) : this.queue.forgetStates());
    const left = await this.queue.list();
    this.#tell(left.length ? "waiting" : "saved", { left: left.length, people });
    return true;
  }

  async #later() {
    const wait = RETRY[Math.min(this.#failures, RETRY.length - 1)];
    this.#failures += 1;
    this.#timer = this.env.setTimeout(() => this.send(), wait * 1000);
    const left = await this.queue.list();
    this.#tell(left.length ? "waiting" : "saved", { left: left.length, isAway: true });
    return false;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent("state", { detail: { name, ...detail } }));
  }
}
