// Back leads to the place that was left: how far the page was scrolled, and the row that had the focus. Each entry of the tab's history
// keeps its own, for as long as the tab lives.

const MOST = 100;
const PATIENCE_MS = 3000;
const SETTLED_MS = 800;
const IDS = ["item", "artifact", "conflict", "queue"];
const KEY = "cs-places";

let restoring = null;

const entry = () => `${history.state?._index ?? 0} ${location.href}`;

function places() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function keep(change) {
  if (restoring) return;
  const all = places();
  const here = entry();
  const place = { ...all[here], ...change };
  delete all[here];
  const kept = Object.entries({ ...all, [here]: place }).slice(-MOST);
  try {
    sessionStorage.setItem(KEY, JSON.stringify(Object.fromEntries(kept)));
  } catch {
    // The browser keeps nothing: then Back begins at the top.
  }
}

function selectorOf(row) {
  const id = IDS.find(name => row.dataset[name] !== undefined);
  return id ? `:is(.row, .desk-entry, tr, li)[data-${id}="${CSS.escape(row.dataset[id])}"]` : null;
}

/** Whether a place that was left is being looked for: then the heading does not take the focus. */
export const isRestoring = () => restoring !== null;

function show(row, place) {
  if (row === document.activeElement) return;
  scrollTo(0, place.y ?? 0);
  if (!row) return;
  if (!row.matches("a[href], [tabindex]")) row.tabIndex = -1;
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function restore(place) {
  const began = performance.now();
  let found = null;
  const mine = (restoring = { place });
  const stop = () => {
    if (restoring === mine) restoring = null;
    for (const acted of ["wheel", "touchmove", "keydown", "pointerdown"]) removeEventListener(acted, stop);
  };
  for (const acted of ["wheel", "touchmove", "keydown", "pointerdown"])
    addEventListener(acted, stop, { once: true, passive: true });
  const look = () => {
    if (restoring !== mine) return;
    const row = place.row && document.querySelector(`#main ${place.row}`);
    const isLong = document.documentElement.scrollHeight - innerHeight >= (place.y ?? 0) - 1;
    if ((row || !place.row) && isLong) {
      found ??= performance.now();
      show(row, place);
      // The page may be drawn once more, and its heading may take the focus: what was left is what stays.
      if (performance.now() - found > SETTLED_MS) return stop();
      setTimeout(look, 50);
      return;
    }
    if (performance.now() - began > PATIENCE_MS) {
      scrollTo(0, place.y ?? 0);
      return stop();
    }
    setTimeout(look, 50);
  };
  look();
}

export function startBack() {
  let noted = false;
  addEventListener(
    "scroll",
    () => {
      if (noted) return;
      noted = true;
      const here = entry();
      setTimeout(() => {
        noted = false;
        if (here === entry()) keep({ y: scrollY });
      }, 100);
    },
    { passive: true },
  );
  document.addEventListener("focusin", event => {
    const row = event.target.closest?.(".row[role='row'], .desk-entry, #main tr, #main li");
    const selector = row && selectorOf(row);
    if (selector) keep({ row: selector, y: scrollY });
  });
  addEventListener("popstate", () => {
    const place = places()[entry()];
    if (place) restore(place);
  });
}
