// A new page's heading gets the focus (HeadingFocus.cs), unless the reader was faster.

import { isRestoring } from "./back.js";

const last = { on: null, address: "" };
document.addEventListener("focusin", event => {
  last.on = event.target;
  last.address = location.href;
});

export function focusHeading() {
  if (isRestoring()) return; // Back leads to the row that was left
  const on = document.activeElement;
  if (on?.closest("dialog[open]") || on?.matches("input, textarea, select, [contenteditable]")) return;
  // A reader who was quicker than the page has put the focus on something of it since its address is there.
  if (on === last.on && last.address === location.href && on?.closest("#main > *")) return;
  const heading = document.querySelector("h1");
  if (!heading) return;
  if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** A menu that was opened with the pointer gets the focus too: only there does Esc close it, and do arrows move. */
export function focusMenu(tries = 20) {
  const items = [...document.querySelectorAll(".mud-popover-open [role^=menuitem]:not([aria-disabled=true])")];
  if (items.includes(document.activeElement)) return;
  if (items.length > 0) items[0].focus();
  else if (tries > 0) requestAnimationFrame(() => focusMenu(tries - 1));
}

/** After a menu has closed: its button gets the focus, unless the reader has pressed or typed elsewhere since. */
export function focusBack(box) {
  const on = document.activeElement;
  if (on === null || on === document.body || on.closest(".mud-popover")) box.querySelector("button")?.focus();
}
