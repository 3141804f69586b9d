// When the reader was last here, so that a page can say what happened since. It stands in this browser alone: nobody else is told
// when somebody looks. An absence of half an hour and more is one; its beginning is kept until the next.

import { now } from "./clock.js";

const ABSENCE = 30 * 60 * 1000;
const EVERY = 60 * 1000;

const who = () => document.getElementById("drafts")?.dataset.who || null;
const read = (what, id) => Number(localStorage.getItem(`cs-${what}:${id}`)) || 0;
const keep = (what, id, value) => {
  try {
    localStorage.setItem(`cs-${what}:${id}`, String(Math.round(value)));
  } catch {
    // The browser keeps nothing: then nothing is said.
  }
};

function note() {
  const id = who();
  if (!id || document.visibilityState === "hidden") return;
  const seen = read("seen", id);
  if (seen && now() - seen > ABSENCE) keep("left", id, seen);
  keep("seen", id, now());
}

export function startSince() {
  note();
  setInterval(note, EVERY);
  document.addEventListener("visibilitychange", note);
  addEventListener("pagehide", note); // a tab that nobody has looked at for hours is closed unseen
}

/** When the reader left before they came back, in ms of the server's clock; 0 where this browser does not know. */
export function leftAt() {
  note();
  const id = who();
  return id ? read("left", id) : 0;
}

/** What somebody typed as a day and time in their own zone, in ms; 0 for no time. */
export const instant = typed => new Date(typed).getTime() || 0;

/** An instant, in ms, as a field of the type datetime-local has it, in the reader's own zone. */
export function local(ms, hasSeconds = false) {
  const at = new Date(ms);
  return new Date(ms - at.getTimezoneOffset() * 60_000).toISOString().slice(0, hasSeconds ? 19 : 16);
}
