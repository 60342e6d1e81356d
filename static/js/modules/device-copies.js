// Copies of an unsent text on this device: one for each open page, under the essay's own key, which
// names the account, so that nobody else's text is ever offered. Knows storage, nothing of the page.

export class DeviceCopies {
  constructor(key, storage) {
    this.prefix = `${key}/`;
    this.storage = storage;
  }

  /** Keep a page's text; false when the device does not take it. */
  keep(page, copy) {
    try {
      this.storage.setItem(this.prefix + page, JSON.stringify(copy));
      return true;
    } catch {
      return false; // full, or forbidden
    }
  }

  drop(page) {
    try {
      this.storage.removeItem(this.prefix + page);
    } catch { /* forbidden: then nothing is there either */ }
  }

  /** All copies as {page, texts, base, at}, the newest first. */
  list() {
    const found = [];
    try {
      for (let index = 0; index < this.storage.length; index += 1) {
        const name = this.storage.key(index);
        if (!name.startsWith(this.prefix)) continue;
        const copy = JSON.parse(this.storage.getItem(name));
        if (copy?.texts && copy.at) found.push({ ...copy, page: name.slice(this.prefix.length) });
      }
    } catch { /* forbidden, or spoiled: what was read so far is all there is */ }
    return found.sort((a, b) => b.at - a.at);
  }

  /** Remove them all: the essay has been handed in. */
  clear() {
    for (const { page } of this.list()) this.drop(page);
  }
}

/** localStorage where it may be used, else null. */
export function deviceStorage() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}
