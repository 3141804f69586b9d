// Texts and differences: what only the browser knows of them, and bringing a row into sight.

/** Whether the window is as narrow as a phone's; the stylesheet has the same bound. */
export const narrow = () => matchMedia("(max-width: 760px)").matches;

const barHeight = () => document.querySelector(".reading-bar")?.getBoundingClientRect().bottom ?? 0;

/** Brings a row into sight and gives it the focus. Where only the rows in sight are drawn, its place is scrolled to first. */
export function showRow(list, row, height, tries = 10) {
  const drawn = list?.querySelector(`[data-row="${row}"]`);
  if (drawn) {
    // What is in sight already stays where it is.
    const { top, bottom } = drawn.getBoundingClientRect();
    if (top < barHeight() || bottom > innerHeight) drawn.scrollIntoView({ block: "center" });
    if (drawn.tabIndex < 0) drawn.tabIndex = -1;
    drawn.focus({ preventScroll: true });
    return;
  }
  if (!list || tries === 0) return;
  if (list.classList.contains("many")) list.scrollTop = row * height - list.clientHeight / 2;
  setTimeout(() => showRow(list, row, height, tries - 1), 60);
}
