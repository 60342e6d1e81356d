// Keeps the speaker's code fresh: asks for the next one when this one gives way.

const RETRY = 5; // seconds, while there is no connection

const shown = document.querySelector("[data-run-code]");

function wait(seconds) {
  setTimeout(renew, (seconds + 0.5) * 1000);
}

async function renew() {
  try {
    const answer = await fetch(location.pathname, { headers: { Accept: "application/json" } });
    const { code, seconds } = await answer.json();
    if (!code) {
      location.reload();
      return;
    }
    shown.textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
    wait(seconds);
  } catch {
    wait(RETRY);
  }
}

wait(Number(shown.dataset.seconds));
