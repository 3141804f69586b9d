// One loop for every countdown and age on the page. It reads data-expires, data-total and data-mode, which the server sends only
// when a lease changes, and works each figure out from the server's clock: nothing is counted down, so a tab that slept, or a
// server that stopped, leaves no wrong figure behind. It never calls the server.

import { say } from "./say.js";

let offset = 0; // the server's clock minus ours, in ms

/** The server's time as far as we know it, in ms. */
export const now = () => Date.now() + offset;

/** Reads the offset from the page itself: data-now was written when the first byte left the server. */
export function readOffset() {
  const written = Number(document.body.dataset.now);
  const arrived = performance.timeOrigin + (performance.getEntriesByType("navigation")[0]?.responseStart ?? 0);
  if (written) offset = written - arrived;
}

/** Asks the server. Half of the way there and back is taken off; an answer that took long is worth less than what we have. */
async function askOffset() {
  const asked = Date.now();
  try {
    const answer = await fetch("/clock", { cache: "no-store", signal: AbortSignal.timeout(4000) });
    const written = Number(await answer.text());
    const took = Date.now() - asked;
    if (answer.ok && written && took < 2000) offset = written + took / 2 - Date.now();
  } catch {
    // The server is away. What we know of its clock is still the best there is.
  }
}

/** 0:09, 3:47, 11:20, from one hour 3h 51m. The same as Words.Left. */
export function left(ms) {
  const s = Math.max(0, Math.ceil(ms / 1000));
  return s >= 3600
    ? `${Math.floor(s / 3600)}h ${String(Math.floor(s / 60) % 60).padStart(2, "0")}m`
    : `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

/** 48 s, 6 min, 1 h 12 m, 3 d. The same as Words.Age. */
export function age(ms) {
  const s = Math.max(0, Math.floor(ms / 1000));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min`;
  if (s < 86400) return `${Math.floor(s / 3600)} h ${Math.floor(s / 60) % 60} m`;
  return `${Math.floor(s / 86400)} d`;
}

const plural = (n, one) => `${n} ${n === 1 ? one : one + "s"}`;
function leftAloud(ms) {
  const s = Math.max(0, Math.ceil(ms / 1000));
  const [h, m, rest] = [Math.floor(s / 3600), Math.floor(s / 60) % 60, s % 60];
  if (h) return `${plural(h, "hour")} ${plural(m, "minute")}`;
  return m ? `${plural(m, "minute")} ${plural(rest, "second")}` : plural(rest, "second");
}

/** The clock of an instant in the reader's zone, with seconds. */
export const clock = ms => new Date(ms).toLocaleTimeString("en-GB", { hour12: false });

const dayOf = ms => new Date(ms).toLocaleDateString("en-CA");
const dayWords = (ms, at) => {
  const year = new Date(ms).getFullYear() === new Date(at).getFullYear() ? undefined : "numeric";
  return new Date(ms)
    .toLocaleDateString("en-GB", { weekday: year ? undefined : "short", day: "numeric", month: "short", year })
    .replace(",", "");
};

/** An instant in the reader's zone: the clock alone where it is today's, else its day before it. */
export const instant = (ms, at) => (dayOf(ms) === dayOf(at) ? clock(ms) : `${dayWords(ms, at)}, ${clock(ms)}`);

/** The name of the reader's zone: Europe/Berlin. */
export const zone = () => Intl.DateTimeFormat().resolvedOptions().timeZone;

// Named once on the page, since every time on it is in this zone. The exact instant in UTC stands in each title.
function zoneWords() {
  const name = zone();
  const offset = new Intl.DateTimeFormat("en-GB", { timeZoneName: "longOffset" })
    .formatToParts(now())
    .find(part => part.type === "timeZoneName");
  const from = (offset?.value ?? "GMT").replace("GMT", "UTC");
  return /^(Etc\/)?(UTC|GMT)$/.test(name)
    ? "Times are in UTC."
    : `Times are in ${name.replaceAll("_", " ")}, now ${from}. Point at a time for UTC.`;
}

// Text nodes are written into, never replaced: the server's next change goes to the very node that it made.
function write(element, text) {
  const node = element?.firstChild;
  if (node && node.nodeType === Node.TEXT_NODE && node.nodeValue !== text) node.nodeValue = text;
}

// A lease is expiring in its last minute, or in the last fifth of one under five minutes. The same as LeaseView.ExpiringSeconds.
const lastStretch = total => (total < 300 ? total * 0.2 : 60) * 1000;

function tickCountdown(element, at) {
  const { mode, expires, total } = element.dataset;
  if (mode === "stopped" || !expires) return;
  const ms = Date.parse(expires) - at;
  const time = element.querySelector("time");
  if (mode === "stale") {
    write(time, age(-ms));
    set(element, "title", `Stale for ${age(-ms)}`);
    return;
  }
  write(time, left(ms));
  const soon = mode === "running" && ms <= lastStretch(Number(total));
  toggle(element, "soon", soon);
  toggle(element, "wait", soon);
  toggle(element, "run", !soon);
  const share = Math.max(0, Math.min(100, Math.round((ms / 1000 / Number(total)) * 100)));
  const bar = element.querySelector(".bar i");
  if (bar) {
    const width = `${share}%`;
    if (bar.style.getPropertyValue("--p") !== width) bar.style.setProperty("--p", width);
  }
  set(
    element,
    "title",
    mode === "start" ? `To be started within ${left(ms)}` : `Lease ends in ${left(ms)}${soon ? ", expiring" : ""}`,
  );
  set(
    time,
    "aria-label",
    `${leftAloud(ms)} left, ${mode === "start" ? "start by" : "expires"} ${instant(Date.parse(expires), at)}`,
  );
  if (element.dataset.own !== undefined && mode === "running") announce(element, ms);
}

// The word of a lease that is about to end stands ready in the row; a class shows the one or the other.
const tickState = (element, at) =>
  toggle(element, "expiring", Date.parse(element.dataset.expires) - at <= lastStretch(Number(element.dataset.total)));

function tickAge(element, at) {
  const ms = at - Date.parse(element.dateTime);
  const is = element.dataset.age;
  write(element, is === "left" ? left(-ms) : is === "bare" ? age(ms) : `${age(ms)} ago`);
}

function toggle(element, name, on) {
  if (element.classList.contains(name) !== on) element.classList.toggle(name, on);
}
function set(element, name, value) {
  if (element && element.getAttribute(name) !== value) element.setAttribute(name, value);
}

// Said once each, and only for the reader's own leases.
const said = new Map();
function announce(element, ms) {
  const name = element.closest("[data-item]")?.dataset.item ?? element.dataset.own;
  const key = `${name} ${element.dataset.expires}`;
  const before = said.get(key) ?? Infinity;
  said.set(key, ms);
  for (const [limit, words] of [
    [60000, "1 minute left"],
    [15000, "15 seconds left"],
    [0, "the lease has run out"],
  ])
    if (before > limit && ms <= limit && before !== Infinity) say(`${name}: ${words}`);
  if (said.size > 200) said.delete(said.keys().next().value);
}

function tick() {
  const at = now();
  const height = innerHeight;
  const seen = element => {
    const box = element.getBoundingClientRect();
    return box.bottom >= 0 && box.top <= height && (box.width > 0 || box.height > 0);
  };
  // All boxes are read before anything is written, so the browser lays the page out once.
  const countdowns = [...document.querySelectorAll(".countdown[data-expires]")].filter(
    e => e.dataset.own !== undefined || seen(e),
  );
  const states = [...document.querySelectorAll(".state[data-expires]")].filter(seen);
  const ages = [...document.querySelectorAll("time[data-age]")].filter(seen);
  // Written anew where the server drew it, and on another day: what was today's then is yesterday's now.
  const today = dayOf(at);
  const clocks = [...document.querySelectorAll("time[data-clock]")].filter(
    e => e.dataset.local !== `${today} ${e.dateTime}`,
  );
  for (const element of countdowns) tickCountdown(element, at);
  for (const element of states) tickState(element, at);
  for (const element of ages) tickAge(element, at);
  // What stands under a chart is short: the clock, or the day where the server wrote a day.
  for (const text of document.querySelectorAll("svg text[data-at]"))
    if (text.dataset.local !== text.dataset.at) {
      const when = new Date(text.dataset.at);
      write(
        text,
        text.textContent.includes(":")
          ? when.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })
          : when.toLocaleDateString("en-GB", { day: "numeric", month: "short" }),
      );
      text.dataset.local = text.dataset.at;
    }
  const named = document.querySelector("[data-zone]");
  if (named && named.dataset.local !== today) {
    write(named, zoneWords());
    named.dataset.local = today;
  }
  for (const element of clocks) {
    write(element, instant(Date.parse(element.dateTime), at));
    element.dataset.local = `${today} ${element.dateTime}`;
  }
}

/** Begins to tick, on the second as far as the browser lets us. */
export function startClock() {
  readOffset();
  let timer;
  const loop = () => {
    tick();
    clearTimeout(timer);
    timer = setTimeout(loop, 1000 - (now() % 1000) + 5);
  };
  loop();
  // New rows and changed leases are set right at once and not a second later; one look for each frame at most.
  let looking = false;
  new MutationObserver(() => {
    if (looking) return;
    looking = true;
    requestAnimationFrame(() => {
      looking = false;
      tick();
    });
  }).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ["data-expires", "data-mode", "datetime"],
  });
  addEventListener("scroll", () => requestAnimationFrame(tick), { passive: true, capture: true });
  document.addEventListener("visibilitychange", async () => {
    if (document.visibilityState !== "visible") return;
    loop();
    await askOffset();
    loop();
  });
}
