// What the service worker does; each module adds its own listeners. It keeps no page and answers no
// request by itself.

import "./viewing-delivery.js";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
