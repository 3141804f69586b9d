// After an act the thing that had the focus is often gone: its button is off, its row has left, its question is closed. The browser then
// drops the focus, and the next Tab starts at the top of the page. Here it goes to what replaced that thing.

const SCROLLED_MS = 800;
const BUSY_MS = 3000;
const MENU_MS = 1500;
const FOCUSABLE =
  "a[href], button:not([disabled]), input:not([disabled]), select:not([disabled]), textarea:not([disabled]), [tabindex='0']";
const OVER = "dialog, .mud-popover, .mud-snackbar";
const FIELDS = "textarea, select, input:not([type='checkbox'], [type='radio'], [type='hidden'])";
const FORMS = "form, section, .comment, .editor, .place";

let last = null; // where the focus was
let beneath = null; // where it was outside every question and menu
let scrolledAt = -SCROLLED_MS;
let lostAt = null;
let waits = false;
let opened = null; // the form that the last act drew, its field, and the act
let given = null; // what has the focus because of this module, and not because a reader put it there

const seen = element => element.getClientRects().length > 0 && !element.closest("[inert]");
const firstIn = (place, selector) => [...place.querySelectorAll(selector)].find(seen);

function remember(element) {
  const places = [];
  for (let place = element.parentElement; place && place !== document.body; place = place.parentElement)
    places.push(place);
  const row = element.closest("[role='row'], li, tr");
  const rows = row ? [...row.parentElement.children].filter(one => one.matches(row.tagName)) : [];
  // A button with a hint stands in a wrapper of its own.
  const alone = element.closest(".hint") ?? element;
  const bar = alone.parentElement;
  const spot = [...(bar?.children ?? [])].indexOf(alone);
  const fields = new Set(document.getElementById("main")?.querySelectorAll(FIELDS));
  return {
    element,
    act: element.dataset.standsFor ?? element.dataset.do,
    places,
    list: row?.parentElement,
    at: rows.indexOf(row),
    row,
    bar,
    spot,
    fields,
  };
}

// The first field that the act drew. A field counts if its `data-opens` ends with the act's button, or if it has no `data-opens`.
function drawnBy({ act, fields }, place, isNamed) {
  const drawn = [...place.querySelectorAll(FIELDS)].filter(one => {
    const opener = one.dataset.opens;
    return (
      !fields.has(one) && seen(one) && !one.closest(OVER) && (opener ? opener.endsWith(`[data-do='${act}']`) : !isNamed)
    );
  });
  return drawn.find(one => one.matches("[data-first]")) ?? drawn[0];
}

function opens(was, field) {
  opened = { act: was.act, form: field.closest(FORMS), field };
  return field;
}

// It is still there and off: what Tab leads to from it.
function following(element, place) {
  return [...place.querySelectorAll(FOCUSABLE)].find(
    one => seen(one) && element.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING,
  );
}

// In the order in which it is meant: what the page says comes next; the same button drawn anew; what opened the form that is closed; the
// form that was opened; the row that moved up; what else the row has; what stands in its very place; the first act beside it; what was
// said of the act; what follows it; the list; the heading over it.
function replacementOf(was) {
  const { element, act, places, list, at, row, bar, spot } = was;
  const main = document.getElementById("main");
  const next = main && firstIn(main, "[data-after]");
  if (next) return next;
  const near = places.filter(place => place.isConnected && place !== main && main?.contains(place));
  const again = (name, place) => name && place && firstIn(place, `[data-do="${CSS.escape(name)}"]:not([disabled])`);
  for (const place of near.slice(0, 4)) {
    const same = again(act, place);
    if (same) return same;
  }
  if (opened && !opened.field.isConnected && places.includes(opened.form)) {
    // Other rows may have such a button too: the one that is nearest is meant.
    for (const place of [...near, main]) {
      const opener = again(opened.act, place);
      if (opener) return opener;
    }
  }
  for (const place of act ? near.slice(0, 4) : []) {
    const field = drawnBy(was, place);
    if (field) return opens(was, field);
  }
  if (list?.isConnected && !row?.isConnected && at >= 0) {
    const rows = [...list.children].filter(one => one.matches(row.tagName) && seen(one));
    const moved = rows[Math.min(at, rows.length - 1)];
    const to = moved && (moved.matches("[tabindex], a[href]") ? moved : firstIn(moved, FOCUSABLE));
    if (to) return to;
  }
  const rest = row?.isConnected && row !== element && firstIn(row, FOCUSABLE);
  if (rest) return rest;
  // The row's whole group has gone: the list goes on with another row.
  const grid = row && near.find(place => place.matches("[role='grid']"));
  const other = grid && (firstIn(grid, ".row[tabindex='0']") ?? firstIn(grid, ".row[tabindex]"));
  if (other && !row.isConnected) return other;
  const stands = near.includes(bar) && !bar.closest(".acts") && bar.children[spot];
  const there = stands && seen(stands) && (stands.matches(FOCUSABLE) ? stands : firstIn(stands, FOCUSABLE));
  if (there) return there;
  for (const place of near) {
    const to =
      (place.matches(".acts") && firstIn(place, FOCUSABLE)) ||
      firstIn(place, `.acts :is(${FOCUSABLE})`) ||
      firstIn(place, "[role='status'], [role='alert']") ||
      (element.isConnected && following(element, place)) ||
      firstIn(place, "[role='grid'] .row[tabindex='0']") ||
      firstIn(place, "h2, h3");
    if (to) return to;
  }
  return firstIn(document, "h1") ?? main;
}

function give(element) {
  lostAt = null;
  if (!element) return;
  if (!element.matches(FOCUSABLE) && !element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus();
  given = element;
}

/** Whether the focus was only put in the place of what was lost, and may go on to a better one. */
export const isGiven = element => element === given;

// What comes next is drawn once the act is done; whoever acted beside it goes on from there, though their button is still there.
const offered = new WeakSet();

function offer() {
  const next = firstIn(document.getElementById("main") ?? document.body, "[data-after]");
  if (!next || offered.has(next)) return;
  offered.add(next);
  const on = document.activeElement;
  if (on === document.body || on?.closest(OVER) || next.closest("aside, .panel, .desk-detail")?.contains(on))
    give(next);
}

// A form that opens beside its button has the focus, as one that takes its place.
function follow(was) {
  const main = document.getElementById("main");
  const field = main && drawnBy(was, main, true);
  if (field) give(opens(was, field));
}

function mend() {
  waits = false;
  offer();
  const on = document.activeElement;
  if (on && on !== document.body) {
    lostAt = null;
    if (last?.element === on && last.act) follow(last);
    return;
  }
  if (!last || performance.now() - scrolledAt < SCROLLED_MS) return;
  if (document.querySelector(".mud-popover-open")) return; // a menu that is open moves the focus itself
  // One that closes gives it back itself, once the server has heard of it (heading.js): whoever was first would be overtaken.
  if (last.isMenu) {
    lostAt ??= performance.now();
    if (performance.now() - lostAt < MENU_MS) return later(100);
  }
  const dialog = [...document.querySelectorAll("dialog[open]")].at(-1);
  if (dialog)
    return give(firstIn(dialog, ":is([data-first], [autofocus]):not([disabled])") ?? firstIn(dialog, FOCUSABLE));
  const was = last.isOver && beneath ? beneath : last;
  if (was.element.isConnected && seen(was.element)) {
    if (!was.element.disabled) return give(was.element);
    // It waits for the answer; one that is off for good says why.
    lostAt ??= performance.now();
    if (was.element.dataset.off === undefined && performance.now() - lostAt < BUSY_MS) return later(100);
  }
  give(replacementOf(was));
}

function later(ms = 0) {
  if (waits) return;
  waits = true;
  setTimeout(() => requestAnimationFrame(mend), ms);
}

/** Whoever let go of the focus on purpose wants it nowhere. */
export function forget() {
  last = beneath = null;
}

export function startFocus() {
  document.addEventListener("focusin", event => {
    if (!(event.target instanceof HTMLElement) || event.target === document.body) return;
    last = remember(event.target);
    last.isOver = event.target.closest(OVER) !== null;
    last.isMenu = event.target.closest(".mud-popover") !== null;
    if (!last.isOver) beneath = last;
  });
  document.addEventListener("focusout", () => later());
  for (const acted of ["keydown", "pointerdown"]) document.addEventListener(acted, () => (given = null), true);
  // A press beside everything lets go of the focus.
  document.addEventListener("pointerdown", event => {
    if (!event.target.closest?.(`${FOCUSABLE}, [tabindex], button, label, summary, ${OVER}`)) forget();
  });
  for (const moved of ["wheel", "touchmove"])
    document.addEventListener(moved, () => (scrolledAt = performance.now()), { passive: true });
  new MutationObserver(() => later()).observe(document.body, {
    subtree: true,
    childList: true,
    attributeFilter: ["disabled", "open", "hidden"],
  });
}
