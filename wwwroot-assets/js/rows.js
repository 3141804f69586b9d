// Lists: one tab stop, j and k, and the mark of what changed. Rows are drawn by the server with tabindex -1; which of them is the
// tab stop is known here alone, so moving the focus sends nothing.

const rowsOf = grid => [...grid.querySelectorAll('.row[role="row"], .desk-entry[data-item]')];
const lists = () =>
  [...document.querySelectorAll('[role="grid"], [data-list]')].filter(list => list.offsetParent !== null);

/** The list that keys act in: the one with the focus, or the first on the page. */
export const currentList = () => document.activeElement?.closest?.('[role="grid"], [data-list]') ?? lists()[0] ?? null;

/** The row with the focus, or the one that is selected. */
export function currentRow() {
  return (
    document.activeElement?.closest?.(".row, .desk-entry") ??
    currentList()?.querySelector('.row[tabindex="0"], .desk-entry[aria-current="true"]') ??
    null
  );
}

/** Gives the row that the reader was on the focus, or the list's first; where there is none, the heading. */
export function focusList() {
  const list = lists()[0];
  const row = list?.querySelector('.row[tabindex="0"], .desk-entry[aria-current="true"]') ?? (list && rowsOf(list)[0]);
  const to = row ?? document.querySelector("h1");
  if (to && !row && !to.hasAttribute("tabindex")) to.tabIndex = -1;
  to?.focus();
}

/** The same once the list has a row; the reader may have gone on meanwhile. */
export function focusRow(tries = 30) {
  const on = document.activeElement;
  const list = lists()[0];
  if (on && on !== document.body && !on.matches("[data-filter]")) return;
  if (list && rowsOf(list).length > 0) focusList();
  else if (tries > 0) requestAnimationFrame(() => focusRow(tries - 1));
}

// A row of a grid holds its box; an entry of the Desk is a link, and its box stands beside it.
const boxOf = row => row?.closest(".desk-row, .row")?.querySelector("[data-pick]");

/** Presses the box by which a row is selected; false where the row has none. */
export function pick(row, upToHere = false) {
  const box = boxOf(row);
  box?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, shiftKey: upToHere }));
  return Boolean(box);
}

/** Selects all that match; false where nothing can be selected. */
export function pickAll() {
  const all = document.querySelector("#main .selection-bar [data-do='select_all'], #main [data-pick-all]");
  all?.click();
  return Boolean(all);
}

/** Clears the selection; false where nothing is selected. */
export function clearPicked() {
  const clear = document.querySelector("#main .selection-bar [data-do='clear_selection']");
  const hadFocus = clear?.closest(".selection-bar").contains(document.activeElement);
  clear?.click();
  if (hadFocus) focusList();
  return Boolean(clear);
}

// Where the panel beside a list shows the row that has the focus, panel and address follow it. Each step replaces the address: Back
// leads to where the reader came from, not through the list.
let following = null;

/** Shows the row in the panel of its list, at once. */
export function follow(row) {
  clearTimeout(following);
  const list = row?.closest("[data-follow]");
  const panel = list && document.querySelector(list.dataset.follow);
  if (!panel?.offsetParent || row.getAttribute("aria-current") === "true" || !row.href) return;
  Blazor.navigateTo(row.getAttribute("href"), { replaceHistoryEntry: true });
}

const visited = new WeakMap();

function stop(row) {
  const list = row.closest('[role="grid"]');
  if (!list || !row.classList.contains("row")) return;
  for (const other of list.querySelectorAll('.row[tabindex="0"]')) if (other !== row) other.tabIndex = -1;
  if (row.tabIndex !== 0) row.tabIndex = 0;
}

/** Moves the focus by so many rows; a row that is not drawn yet is scrolled to first. */
export function move(by, tries = 8) {
  const list = currentList();
  if (!list) return;
  const rows = rowsOf(list);
  if (rows.length === 0) return;
  const focused = document.activeElement?.closest?.(".row, .desk-entry");
  const at = rows.indexOf(focused);
  if (at < 0)
    return rows[
      Math.max(
        0,
        rows.findIndex(row => row.tabIndex === 0),
      )
    ].focus();
  const next = rows[at + by];
  if (next) return next.focus();
  if (tries === 0 || list.dataset.whole !== undefined) return;
  // Virtualize has not drawn it: bring its place into view, and look again when it has.
  const before = scrollY;
  scrollBy(0, by * focused.offsetHeight * 3);
  if (scrollY !== before) setTimeout(() => move(by, tries - 1), 60);
}

/** Moves the focus to the first row of the next or previous group. */
export function moveGroup(by) {
  const list = currentList();
  if (!list) return;
  const groups = [...list.querySelectorAll('[role="rowgroup"]')].filter(group => group.querySelector(".row"));
  const at = groups.indexOf(document.activeElement?.closest?.('[role="rowgroup"]'));
  groups[at < 0 ? 0 : at + by]?.querySelector(".row").focus();
}

export function startRows() {
  document.addEventListener("focusin", event => {
    const shown = event.target.closest?.("[data-follow] .desk-entry");
    clearTimeout(following);
    // Whoever runs through the list sees where they stop.
    if (shown) following = setTimeout(() => shown === document.activeElement && follow(shown), 120);
    const row = event.target.closest?.(".row[role='row']");
    if (!row) return;
    visited.set(row.closest('[role="grid"]'), row);
    stop(row);
  });
  // With Shift a press selects up to that row, with Ctrl that row; where the list was asked to be selected from, each tap does.
  document.addEventListener(
    "click",
    event => {
      const row = event.target.closest?.(".row[role='row'], .desk-entry");
      const isMeant = event.shiftKey || event.ctrlKey || event.metaKey || row?.closest("[data-picks='tap']");
      if (!row || !isMeant || event.target.closest("button, input, label, select")) return;
      if (event.target.closest("a") && (event.ctrlKey || event.metaKey)) return; // a link opens in a new tab
      if (!pick(row, event.shiftKey)) return;
      event.preventDefault();
      event.stopPropagation();
      row.focus();
    },
    true,
  );
  document.addEventListener("mousedown", event => {
    // Else the browser selects the text between.
    if (event.shiftKey && boxOf(event.target.closest?.(".row[role='row'], .desk-entry"))) event.preventDefault();
  });
  // A click on a row is a click on its title: the whole row is the target on phones, and everywhere but on its own buttons.
  document.addEventListener("click", event => {
    const row = event.target.closest?.(".row[role='row'][tabindex]");
    if (!row || event.target.closest("a, button, input, label, select") || getSelection()?.toString()) return;
    row.focus();
  });
  document.addEventListener("dblclick", event => {
    const row = event.target.closest?.(".row[role='row']");
    if (row && !event.target.closest("a, button")) row.querySelector(".row-title a")?.click();
  });

  // The first row is the stop until the reader has been somewhere; where that row is gone, the first again. Virtualize draws its
  // rows late, so this is looked at after each change.
  const ensureStop = () => {
    for (const list of document.querySelectorAll('[role="grid"]')) {
      const been = visited.get(list);
      stop(been?.isConnected ? been : (list.querySelector('.row[role="row"]') ?? list));
    }
  };
  const timers = new WeakMap();
  const mark = row => {
    clearTimeout(timers.get(row));
    row.classList.add("changed");
    row.dataset.changed = "";
    timers.set(
      row,
      setTimeout(() => {
        row.classList.remove("changed");
        delete row.dataset.changed;
      }, 2000),
    );
  };
  new MutationObserver(records => {
    for (const record of records) if (record.type === "attributes" && record.oldValue !== null) mark(record.target);
    ensureStop();
  }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["data-rev"], attributeOldValue: true });
  ensureStop();
}
