// Marks of a roll-call that the server does not have yet, kept on this device (IndexedDB) under the
// account that made them, and how everybody stood when the server was last asked. No names.

const NAME = "roll-call";

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

export class RollCallQueue {
  /** `venue` and `owner` (the account) name whose marks these are. */
  constructor(venue, owner, factory = globalThis.indexedDB) {
    Object.assign(this, { venue, owner, factory });
    this.own = (row) => row.venue === venue && row.owner === owner;
  }

  async #open() {
    if (!this.database) {
      const opening = this.factory.open(NAME, 1);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("marks", { keyPath: "number", autoIncrement: true });
        opening.result.createObjectStore("states", { keyPath: "venue" });
      };
      this.database = await done(opening);
    }
    return this.database;
  }

  /** Run `work` on a store; resolves once it is on the disk. */
  async #with(name, mode, work) {
    const transaction = (await this.#open()).transaction(name, mode, { durability: "strict" });
    const finished = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
    finished.catch(() => {}); // the request itself tells
    const result = await work(transaction.objectStore(name));
    await finished;
    return result;
  }

  /** Keep a mark {key, entry, act, at}. */
  add(mark) {
    const row = { ...mark, venue: this.venue, owner: this.owner };
    return this.#with("marks", "readwrite", (store) => done(store.add(row)));
  }

  /** All kept marks, in the order in which they were made. */
  async list() {
    const rows = await this.#with("marks", "readonly", (store) => done(store.getAll()));
    return rows.filter(this.own);
  }

  /** The server has these, or they are given up. */
  drop(marks) {
    return this.#with("marks", "readwrite", async (store) => {
      for (const { number } of marks) store.delete(number);
    });
  }

  /** Keep how everybody stands: {entry: {entry, exit, excused}}. */
  keepStates(people) {
    const row = { venue: this.venue, owner: this.owner, people };
    return this.#with("states", "readwrite", (store) => done(store.put(row)));
  }

  async states() {
    const row = await this.#with("states", "readonly", (store) => done(store.get(this.venue)));
    return row && this.own(row) ? row.people : null;
  }

  forgetStates() {
    return this.#with("states", "readwrite", (store) => done(store.delete(this.venue)));
  }
}

/** The same where the browser keeps nothing: only as long as the page is open. */
export class MemoryQueue {
  #rows = [];
  #number = 0;

  async add(mark) {
    this.#number += 1;
    this.#rows.push({ ...mark, number: this.#number });
  }

  async list() {
    return [...this.#rows];
  }

  async drop(marks) {
    const gone = new Set(marks.map(({ number }) => number));
    this.#rows = this.#rows.filter(({ number }) => !gone.has(number));
  }

  async keepStates() { /* nowhere */ }

  async states() {
    return null;
  }

  async forgetStates() { /* nothing */ }
}
