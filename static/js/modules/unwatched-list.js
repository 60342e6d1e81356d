// "Why is this part not counted?": every unwatched part with what is known of it, each a way there.
// Every word comes from the page. Rows are changed in place: a button keeps the cursor.

const MOST = 30;

export class UnwatchedList {
  #root;
  #list;

  /** `clock` writes seconds, `goTo` is called with the second that was chosen. */
  constructor(root, { clock, goTo }) {
    this.#root = root;
    this.clock = clock;
    this.#list = root.querySelector("[data-why-list]");
    this.#list.replaceChildren();
    this.#list.addEventListener("click", ({ target }) => {
      const button = target.closest("button");
      if (button) goTo(Number(button.value));
    });
  }

  /** Parts [start, end, reason]. */
  show(parts) {
    const shown = parts.slice(0, MOST);
    const list = this.#list;
    while (list.children.length > shown.length) list.lastElementChild.remove();
    const row = this.#root.querySelector("[data-why-part]").content;
    while (list.children.length < shown.length) list.append(row.cloneNode(true));
    shown.forEach(([start, end, reason], index) => {
      const [button, words] = list.children[index].children;
      button.value = start;
      this.#write(button, `${this.clock(start)}–${this.clock(end)}`);
      this.#write(words, this.#words(reason));
    });
    const more = this.#root.querySelector("[data-why-more]");
    more.hidden = parts.length <= MOST;
    this.#write(more, this.#root.dataset.more.replace("{count}", parts.length - MOST));
    this.#root.querySelector("[data-why-none]").hidden = parts.length > 0;
  }

  #words(reason) {
    const known = this.#root.querySelector(`[data-reason="${CSS.escape(reason)}"]`);
    return (known ?? this.#root.querySelector('[data-reason="never"]')).content.textContent;
  }

  #write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }
}
