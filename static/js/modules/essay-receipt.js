// The receipt of an essay: the device no longer needs its copies, and the page can be printed.

import { DeviceCopies, deviceStorage } from "./device-copies.js";

for (const { dataset } of document.querySelectorAll("[data-essay-receipt]")) {
  new DeviceCopies(dataset.key, deviceStorage()).clear();
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
