/* Keeps the progress of an import fresh, and goes on to the next page when the work is done. */

const place = document.querySelector("[data-roster-progress]");
const EVERY = 2000;

const paragraph = (text) => Object.assign(document.createElement("p"), { textContent: text });

const look = async () => {
  try {
    const answer = await fetch(place.dataset.rosterProgress, { headers: { Accept: "application/json" } });
    if (!answer.ok) return location.reload();
    const { is_at_work: isAtWork, lines } = await answer.json();
    if (!isAtWork) return location.reload();
    if (place.textContent.trim() !== lines.join("")) place.replaceChildren(...lines.map(paragraph));
  } catch {
    /* The network is away for a moment: the next look will tell. */
  }
  setTimeout(look, EVERY);
};
if (place) setTimeout(look, EVERY);
