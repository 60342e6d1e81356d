// Sends what was watched without a connection when its page is gone: as soon as the browser says that
// there is a connection again, or when a page of the same member opens (enhance.js tells).

import { deliver, post, ViewingOutbox } from "../modules/viewing-outbox.js";

const outbox = new ViewingOutbox();

addEventListener("sync", (event) => {
  // Nobody says who is signed in now; the server takes a record only from the sign-in that watched.
  if (event.tag === "viewing") event.waitUntil(deliver(outbox, post));
});

addEventListener("message", (event) => {
  if (event.data?.signedIn === undefined) return;
  event.waitUntil(deliver(outbox, post, { owner: event.data.signedIn }).catch(() => {}));
});
