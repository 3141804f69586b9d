// A new page's heading or first field gets the focus (HeadingFocus.cs), unless the reader was faster.

import { isRestoring } from "./back.js";
import { isGiven } from "./focus.js";

const last = { on: null, address: "" };
document.addEventListener("focusin", event => {
  last.on = event.target;
  last.address = location.href;
});

// They type already, or choose.
const isInUse = on =>
  on?.closest("dialog[open], .mud-popover-open") || on?.matches("input, textarea, select, [contenteditable]");

/** Gives the field that a page begins with the focus, unless the reader was faster. */
export function focusField(field) {
  if (!isInUse(document.activeElement)) field?.focus();
}

export function focusHeading() {
  if (isRestoring()) return; // Back leads to the row that was left
  const on = document.activeElement;
  if (isInUse(on)) return;
  // A reader who was quicker than the page has put the focus on something of it since its address is there. What took the place of the
  // link that led here was nobody's choice.
  if (on === last.on && last.address === location.href && on?.closest("#main > *") && !isGiven(on)) return;
  const heading = document.querySelector("h1");
  if (!heading) return;
  if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
