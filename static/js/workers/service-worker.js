// What the service worker does; each module adds its own listeners. It keeps no page but the list of
// an open venue that its secretary asked for.

import "./roll-call-pages.js";
import "./viewing-delivery.js";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
