// What was watched and is not acknowledged yet, kept on this device in IndexedDB. One record for
// each grant, so that a part is reported only by the sign-in that watched it; and what a page noticed
// about parts that do not count. Used by the page and by the service worker.

import { subtract, total } from "./intervals.js";

const NAME = "th-viewing"; // enhance.js deletes it on signing out
const MOST = 300; // intervals in one beacon
const ALWAYS_PAID = 30; // seconds of wall clock that the server saves up for any beacon

/** Records {grant, owner, key, url, rate, spans, position} and notes [start, end, reason]. */
export class ViewingOutbox {
  #opening;

  #open() {
    this.#opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open(NAME, 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("records", { keyPath: "grant" });
        request.result.createObjectStore("notes", { keyPath: "key" });
      };
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const { result } = request;
        // Somebody signs out in another tab: this page keeps nothing from now on.
        result.onversionchange = () => result.close();
        resolve(result);
      };
    });
    return this.#opening;
  }

  async #run(store, mode, act) {
    const database = await this.#open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(store, mode);
      let request;
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
      request = act(transaction.objectStore(store));
    });
  }

  list() {
    return this.#run("records", "readonly", (store) => store.getAll());
  }

  keep(record) {
    return this.#run("records", "readwrite", (store) => (
      record.spans.length ? store.put(record) : store.delete(record.grant)));
  }

  drop(grant) {
    return this.#run("records", "readwrite", (store) => store.delete(grant));
  }

  /** Take what was acknowledged out of a record, as it is by now. */
  settle(grant, sent) {
    return this.#run("records", "readwrite", (store) => {
      const request = store.get(grant);
      request.onsuccess = () => {
        const record = request.result;
        const spans = subtract(record?.spans ?? [], sent);
        if (spans.length) store.put({ ...record, spans });
        else store.delete(grant);
      };
    });
  }

  async notes(key) {
    return (await this.#run("notes", "readonly", (store) => store.get(key)))?.notes ?? [];
  }

  keepNotes(key, notes) {
    return this.#run("notes", "readwrite", (store) => store.put({ key, notes }));
  }
}

/** The beacon for a record. What the server's own clock cannot pay for was kept without a
 *  connection: it says so. */
export function beaconOf({ grant, spans, position, rate }) {
  const intervals = spans.slice(0, MOST);
  const beacon = { grant, intervals, position };
  return total(intervals) > ALWAYS_PAID * rate ? { ...beacon, offline: true } : beacon;
}

/** What an answer means: taken · later (busy) · foreign (another sign-in) · refused for good. */
export function meaning({ ok, status }) {
  if (ok) return "taken";
  if (status === 401 || status === 403) return "foreign";
  return status >= 500 || [408, 425, 429].includes(status) ? "later" : "refused";
}

export function post(url, beacon, isUrgent = false) {
  const body = JSON.stringify(beacon);
  const headers = { "Content-Type": "application/json" };
  if (isUrgent && !("keepalive" in Request.prototype)) {
    navigator.sendBeacon(url, new Blob([body], { type: headers["Content-Type"] }));
    throw new Error("no answer"); // it stays kept, and is sent again next time
  }
  const signal = AbortSignal.timeout?.(30_000);
  return fetch(url, { method: "POST", credentials: "same-origin", keepalive: true, headers, body, signal });
}

/** Send what earlier pages left. Given an `owner`, what is somebody else's is dropped unsent. Throws
 *  where there is no connection. Calls `tell(record, meaning, answer)` after each. */
export async function deliver(outbox, send, { owner, except, tell } = {}) {
  for (const record of await outbox.list()) {
    if (owner !== undefined && record.owner !== owner) {
      await outbox.drop(record.grant);
    } else if (record.grant !== except) {
      const beacon = { ...beaconOf(record), kept: true };
      const answer = await send(record.url, beacon);
      const what = meaning(answer);
      if (what === "later") throw new Error("busy");
      if (what === "taken") await outbox.settle(record.grant, beacon.intervals);
      else await outbox.drop(record.grant);
      await tell?.(record, what, answer);
    }
  }
}
