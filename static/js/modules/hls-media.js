// Plays an HLS address in a <video>: by the browser itself where it says that it can, else (or if it
// then cannot) by hls.js, fetched only then and served by us.

const TYPE = "application/vnd.apple.mpegurl";
const RETRY_AFTER = 3000; // ms

export async function attach(media, address) {
  if (!media.canPlayType(TYPE)) return attachEngine(media, address);
  const refused = () => {
    attachEngine(media, address).then(() => media.play())
      .catch(() => media.dispatchEvent(new Event("broken")));
  };
  media.addEventListener("error", refused, { once: true });
  media.addEventListener("loadedmetadata", () => media.removeEventListener("error", refused), { once: true });
  media.src = address;
  return undefined;
}

async function attachEngine(media, address) {
  const { default: Hls } = await import("../../build/hls.js");
  if (!Hls.isSupported()) throw new Error("no media source");
  // No worker: it would be a script from a blob, which the page's policy rightly refuses.
  const engine = new Hls({ enableWorker: false });
  engine.on(Hls.Events.ERROR, (_, { fatal, type }) => {
    if (!fatal) return;
    if (!media.readyState) media.dispatchEvent(new Event("broken"));
    if (type === Hls.ErrorTypes.NETWORK_ERROR) setTimeout(() => again(engine, address), RETRY_AFTER);
    else if (type === Hls.ErrorTypes.MEDIA_ERROR) engine.recoverMediaError();
    else engine.destroy();
  });
  engine.loadSource(address);
  engine.attachMedia(media);
}

// Without its list the engine has nothing to go on with: it has to be asked for anew.
function again(engine, address) {
  if (engine.levels.length) engine.startLoad();
  else engine.loadSource(address);
}
