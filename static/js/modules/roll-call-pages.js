// Pages of open roll-calls kept on the device, so that they open without a connection. A page says
// itself until when it may be kept (X-Keep-Until); signing in or out forgets them all.
// For the page and the service worker alike.

const CACHE = "roll-call-pages";
const UNTIL = "X-Keep-Until";
const ANYWHERE = { ignoreVary: true };
const ASSET = /(?:href|src)="(\/static\/[^"]+)"/g;

/** Whether an address is that of a list to tick. */
export const isRollCall = (address) => /^\/venues\/\d+\/roll-call$/.test(new URL(address).pathname);

/** Keep a page as it was answered, with its style and scripts; one that may not be kept goes. */
export async function keep(address, answer) {
  const cache = await caches.open(CACHE);
  if (!answer.ok || answer.redirected || !answer.headers.has(UNTIL)) {
    await cache.delete(address, ANYWHERE);
    return;
  }
  const text = await answer.clone().text();
  await cache.put(address, answer);
  const wanted = new Set([...text.matchAll(ASSET)].map(([, path]) => path));
  for (const path of wanted) {
    if (!await cache.match(path, ANYWHERE)) await cache.add(path).catch(() => {});
  }
}

/** The page from the server, else the kept one while it may be shown. */
export async function answerPage(request) {
  let answer;
  try {
    answer = await fetch(request);
  } catch (error) {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(request.url, ANYWHERE);
    if (kept && Number(kept.headers.get(UNTIL)) > Date.now()) return kept;
    await cache.delete(request.url, ANYWHERE);
    throw error;
  }
  await keep(request.url, answer.clone()).catch(() => {});
  return answer;
}

/** A file that a kept page needs: from the device where it is, else from the server. */
export async function answerFile(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request.url, ANYWHERE)) ?? fetch(request);
}

/** Forget every kept page: another account may use this device from now on. */
export const forgetPages = () => caches.delete(CACHE);
