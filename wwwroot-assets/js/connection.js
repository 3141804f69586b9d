// Whether what is on the page is still true. Three states on <body data-connection>: live, reconnecting, readonly. While it is not
// live every button with data-do is disabled and says why; countdowns go on, since leases do. Blazor's own overlay is not used: it
// covers the page, and its retry gives up.

import { clock, now } from "./clock.js";
import { sayDrafts } from "./drafts.js";
import { sayNow } from "./say.js";

let connected = false;
let writable = true;
let cutOffSince = null; // the server does not know whether the workspace is still its own
let lostAt = null;
let reloading = false;
let everLive = false;
let onceLive = []; // what waits for the first picture of the circuit

const state = () => (!connected ? "reconnecting" : writable ? "live" : "readonly");

function show() {
  const body = document.body;
  const is = state();
  body.dataset.connection = is;
  const banner = document.getElementById("connection-banner");
  if (banner) banner.hidden = connected || lostAt === null;
  if (lostAt !== null) {
    write("connection-since", `Not live since ${clock(lostAt)}.`);
    write("live-word", connected ? null : `Not live since ${clock(lostAt)}`);
  }
  if (connected)
    write("live-word", cutOffSince !== null ? `Not live since ${clock(cutOffSince)}` : writable ? "Live" : "Read only");
  document.getElementById("live")?.classList.toggle("off", is !== "live");
  hold(is !== "live");
}

function write(id, words) {
  const node = document.getElementById(id);
  if (node && words !== null && node.textContent !== words)
    node.firstChild ? (node.firstChild.nodeValue = words) : node.append(words);
}

// Only what we disabled is enabled again: a button may have its own reason to be off.
function hold(off) {
  if (off) {
    for (const button of document.querySelectorAll("[data-do]:not([disabled])")) {
      button.disabled = true;
      button.dataset.held = button.title;
      button.title = connected && cutOffSince === null ? "Changes cannot be saved now" : "Waits for the connection";
    }
    return;
  }
  for (const button of document.querySelectorAll("[data-held]")) {
    button.disabled = false;
    button.title = button.dataset.held;
    if (!button.title) button.removeAttribute("title");
    delete button.dataset.held;
  }
}

function lost() {
  if (!connected && lostAt !== null) return;
  connected = false;
  lostAt = now();
  show();
  sayNow("Connection lost. Buttons wait until it is back.");
}

function back() {
  const was = lostAt;
  connected = true;
  lostAt = null;
  show();
  setTimeout(sayDrafts, 300); // what the server drew meanwhile comes first
  if (was !== null) sayNow("Connected again. What you see is up to date.");
}

// The circuit is gone; only a new page can follow. A thousand pages that all saw the server restart must not come back at once.
function reload() {
  if (reloading) return;
  reloading = true;
  setTimeout(() => location.reload(), Math.random() * 3000);
}

// A server that is there and lets nobody in: the session ended while the line was down. Nothing comes back by waiting.
async function leaveIfSignedOut() {
  try {
    const answer = await fetch("session", { cache: "no-store" });
    if (answer.status !== 401 && (!answer.ok || (await answer.text()) !== "over")) return;
  } catch {
    return; // The server is away; the next attempt asks again.
  }
  location.assign(`/login?failed=ended&returnUrl=${encodeURIComponent(location.pathname + location.search)}`);
}

/** The server says that the circuit is up and the first picture drawn. */
export function started() {
  everLive = true;
  back();
  onceLive.splice(0).forEach(act => act());
}

/** Does it now, or once the circuit has drawn the page anew: what is opened before that would be swept away. */
export function whenLive(act) {
  if (everLive) act();
  else onceLive = [act];
}

/** The server says whether it can write, and since when it has not heard of the workspace. */
export function setWritable(value, since) {
  writable = value;
  cutOffSince = since;
  show();
}

/** Options for Blazor.start: silence is noticed after 8 s, and it tries again for as long as the page is open. */
export const circuit = {
  configureSignalR: builder => builder.withServerTimeout(8000).withKeepAliveInterval(4000),
  reconnectionOptions: {
    maxRetries: 1_000_000,
    retryIntervalMilliseconds: tried => (tried === 0 ? 0 : Math.min(1000 * tried, 5000) + Math.random() * 500),
  },
};

export function startConnection() {
  // Blazor tells the element with this id what happens, and then draws nothing of its own.
  document
    .getElementById("components-reconnect-modal")
    ?.addEventListener("components-reconnect-state-changed", event => {
      switch (event.detail.state) {
        case "show":
        case "retrying":
          lost();
          leaveIfSignedOut();
          break;
        case "hide":
          back();
          break;
        case "failed":
        case "rejected":
        case "resume-failed":
          reload();
          break;
      }
    });
  document.addEventListener("click", async event => {
    if (!event.target.closest?.("[data-try-now]")) return;
    try {
      if (!(await Blazor.reconnect())) reload();
    } catch {
      // Not reached yet; the next attempt comes by itself.
    }
  });
  // A press in the instant before the buttons are disabled would be lost without a word.
  document.addEventListener(
    "click",
    event => {
      if (connected && writable) return;
      if (event.target.closest?.("[data-do]")) {
        event.stopImmediatePropagation();
        event.preventDefault();
      }
    },
    true,
  );
  // What the server draws while buttons are held (a panel that opens in read-only, the first picture) is held too.
  new MutationObserver(() => {
    if (state() !== "live") hold(true);
  }).observe(document.body, { subtree: true, childList: true });
  // A page whose circuit never came up says so instead of looking alive.
  setTimeout(() => {
    if (!everLive) lost();
  }, 6000);
  addEventListener("offline", () => everLive && lost());
  show();
}
