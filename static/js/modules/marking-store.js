// Sending a mark to the server and keeping it on this machine until the server has it.
// Knows no page: what is typed comes in, what happened goes out.

const RETRY_AFTER = 8000; // ms between attempts while there is no network or no sign-in

export class MarkingStore {
  /** `url` takes the mark; `key` names what is kept in sessionStorage; `token` proves our form. */
  constructor({ url, key, token, version, storage = sessionStorage, request = fetch, wait = setTimeout }) {
    Object.assign(this, { url, key, token, version, storage });
    this.request = (...given) => request(...given);
    this.wait = (...given) => wait(...given);
    this.queue = Promise.resolve();
  }

  /** What this machine still keeps from an earlier visit; null if nothing. */
  kept() {
    try {
      return JSON.parse(this.storage.getItem(this.key));
    } catch {
      return null;
    }
  }

  keep(content) {
    try {
      this.storage.setItem(this.key, JSON.stringify({ ...content, version: this.version }));
    } catch {
      // A full or forbidden storage: the page itself still holds everything.
    }
  }

  forget() {
    this.storage.removeItem(this.key);
  }

  /** Send once more what nobody answered to: `again` is called after a while. */
  later(again) {
    clearTimeout(this.timer);
    this.timer = this.wait(again, RETRY_AFTER);
  }

  /**
   * Send the content, one request after another.
   * Answers {kind: "saved" | "next" | "conflict" | "refused" | "gone" | "offline" |
   * "signed-out", …answer}.
   */
  send(action, content) {
    const sending = this.queue.then(() => this.#send(action, content, true));
    this.queue = sending.catch(() => {});
    return sending;
  }

  async #send(action, content, mayRenew) {
    let response;
    let answer = {};
    try {
      response = await this.request(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify({ ...content, action, version: this.version }),
      });
      answer = await response.json();
    } catch {
      if (!response || response.ok || response.status >= 500) return { kind: "offline" };
    }
    if (response.ok) {
      if (answer.next) return { kind: "next", ...answer };
      this.version = answer.version;
      return { kind: "saved", ...answer };
    }
    if (response.status === 400 && mayRenew && await this.#renewToken()) {
      return this.#send(action, content, false);
    }
    if (response.status === 404) return { kind: "gone" };
    if (response.status === 409) return { kind: "conflict", ...answer };
    if ([400, 401, 403].includes(response.status)) return { kind: "signed-out", ...answer };
    if (response.status >= 500 || response.status === 429) return { kind: "offline" };
    return { kind: "refused", ...answer };
  }

  /** After a new sign-in the old proof no longer counts: take the one of the page as it is now. */
  async #renewToken() {
    try {
      const response = await this.request(this.url, { headers: { Accept: "text/html" } });
      if (!response.ok || response.redirected) return false;
      const found = (await response.text()).match(/name="csrf_token" value="([^"]+)"/);
      if (found) this.token = found[1];
      return Boolean(found);
    } catch {
      return false;
    }
  }
}
