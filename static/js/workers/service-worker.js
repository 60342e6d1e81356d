// What the service worker does; each module adds its own listeners.

import "./roll-call-pages.js";

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
