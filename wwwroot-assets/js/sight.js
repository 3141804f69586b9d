// What was in sight: nothing is approved while a consequence of it is not (DecisionPanel.razor, ConfirmDialog.razor), and
// no conflict is settled while what follows from it was not (ConflictPage.razor).

const entries = place => (place.matches("li") ? [place] : [...place.querySelectorAll("li")]);

// The part of the window in which the element can be seen: its scrolling ancestors cut it, up to a question, which lies over the page.
function frameOf(element) {
  const frame = { top: 0, bottom: innerHeight };
  for (let box = element.parentElement; box; box = box.parentElement) {
    if (/auto|scroll|hidden|clip/.test(getComputedStyle(box).overflowY)) {
      const edge = box.getBoundingClientRect();
      frame.top = Math.max(frame.top, edge.top);
      frame.bottom = Math.min(frame.bottom, edge.bottom);
    }
    if (box.matches("dialog")) break;
  }
  return frame;
}

function isSeen(entry) {
  const box = entry.getBoundingClientRect();
  if (box.height === 0) return false;
  const frame = frameOf(entry);
  if (box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
    return box.height > frame.bottom - frame.top && box.bottom <= frame.bottom + 1;
  // Something fixed or sticky may lie over it.
  const x = box.left + Math.min(box.width / 2, 40);
  return [box.top + 2, box.bottom - 2].every(y => {
    const on = document.elementFromPoint(x, y);
    return on === null || entry.contains(on) || on.contains(entry);
  });
}

/** How many entries of the place are not wholly in sight now. */
export function outOfSight(selector) {
  const place = document.querySelector(selector);
  return place ? entries(place).filter(entry => !isSeen(entry)).length : 0;
}

/** How many entries have never been in sight; the first of them is brought there. */
export function unseen(place) {
  look(place);
  const left = entries(place).filter(entry => entry.seen === undefined);
  left[0]?.scrollIntoView({ block: "start" });
  look(place);
  return left.length;
}

function look(place) {
  for (const entry of entries(place)) if (isSeen(entry)) entry.seen = true;
}

export function startSight() {
  const lookAll = () => {
    for (const place of document.querySelectorAll("[data-sight]")) look(place);
  };
  document.addEventListener("scroll", () => requestAnimationFrame(lookAll), { passive: true, capture: true });
  document.addEventListener("controlsurface:open", () => requestAnimationFrame(lookAll));
}
