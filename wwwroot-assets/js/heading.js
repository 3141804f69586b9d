// A new page's heading gets the focus (HeadingFocus.cs), unless the reader was faster.

export function focusHeading() {
  const on = document.activeElement;
  if (on?.closest("dialog[open]") || on?.matches("input, textarea, select, [contenteditable]")) return;
  const heading = document.querySelector("h1");
  if (!heading) return;
  if (!heading.hasAttribute("tabindex")) heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}
