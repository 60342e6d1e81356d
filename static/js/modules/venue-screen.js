// Keeps the code on a venue's screen fresh: asks for the next one when the present one ends. Only the
// server's count of seconds is used, so this machine's clock does not matter.

const SVG = "http://www.w3.org/2000/svg";
const AGAIN = 3; // seconds, while there is no connection
const GOOD_FOR = 20; // seconds that a code is still taken after its own window

function start(place) {
  const drawing = place.querySelector("svg");
  const present = place.querySelector("[data-present]");
  const status = place.querySelector("[data-status]");
  let shownUntil = performance.now() + (Number(place.dataset.seconds) + GOOD_FOR) * 1000;

  function draw({ path, size, seconds, present: count }) {
    const squares = document.createElementNS(SVG, "path");
    const paper = document.createElementNS(SVG, "path");
    paper.setAttribute("class", "th-qr__paper");
    paper.setAttribute("d", `M0 0h${size}v${size}H0z`);
    squares.setAttribute("d", path);
    drawing.setAttribute("viewBox", `0 0 ${size} ${size}`);
    drawing.replaceChildren(paper, squares);
    present.textContent = count;
    status.textContent = "";
    shownUntil = performance.now() + (seconds + GOOD_FOR) * 1000;
  }

  async function next() {
    let wait = AGAIN;
    try {
      const answer = await fetch(place.dataset.venueScreen, {
        headers: { Accept: "application/json" }, signal: AbortSignal.timeout?.(8000),
      });
      if ([401, 403, 404].includes(answer.status) || answer.redirected) return location.reload();
      const code = await answer.json();
      draw(code);
      wait = code.seconds;
    } catch {
      if (performance.now() > shownUntil) {
        drawing.replaceChildren();
        status.textContent = status.dataset.failed;
      }
    }
    setTimeout(next, Math.max(wait, 0.5) * 1000 + 200);
  }

  setTimeout(next, Math.max(Number(place.dataset.seconds), 0.5) * 1000 + 200);
}

document.querySelectorAll("[data-venue-screen]").forEach(start);
