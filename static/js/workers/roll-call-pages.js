// The service worker's part in the roll-call: the list to tick opens without a connection, and is
// forgotten when somebody signs in or out.

import { answerFile, answerPage, forgetPages, isRollCall } from "../modules/roll-call-pages.js";

/** Whether this request belongs to the roll-call; it is answered then, or noticed. */
export function handle(event) {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== location.origin) return false;
  if (request.method === "GET" && request.mode === "navigate" && isRollCall(request.url)) {
    event.respondWith(answerPage(request));
    return true;
  }
  if (request.method === "GET" && pathname.startsWith("/static/")) {
    event.respondWith(answerFile(request));
    return true;
  }
  if (request.method === "POST" && ["/sign-in", "/sign-out"].includes(pathname)) {
    event.waitUntil(forgetPages());
  }
  return false;
}

addEventListener("fetch", handle);
