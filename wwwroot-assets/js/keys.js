// One listener for every key. What each key does comes from the table that the server wrote into the page (Hotkeys.cs), which the
// help and the hints on the buttons come from too. Letters act only outside fields and without a modifier, and can be turned off.

import { clearPicked, currentRow, follow, move, moveGroup, pick, pickAll } from "./rows.js";
import { whenLive } from "./connection.js";
import { closeTop, open } from "./dialogs.js";
import { mayLeave } from "./drafts.js";
import { forget } from "./focus.js";
import { openPalette } from "./palette.js";
import { say } from "./say.js";

const chordMs = 1200;
const heardMs = 5000; // within this time the server has heard what was typed, or the line is not well
let table = [];
let first = null; // the first key of a chord, and until when it waits
let typedAt = -Infinity; // when something was typed last
let unheard = null; // ends the wait for a button that is off until the server has heard what was typed

const lettersOn = () => localStorage.getItem("cs-letters") !== "off";

function typing(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input") && !["checkbox", "radio", "button", "submit"].includes(target.type);
}

/** The key as the table writes it: "Ctrl K", "Shift T", "j", "?", "Enter", "Space", "Esc". */
function nameOf(event) {
  if (event.altKey) return null;
  const key = { Escape: "Esc", " ": "Space" }[event.key] ?? event.key;
  if (event.ctrlKey || event.metaKey)
    return key.length === 1 ? `Ctrl ${key.toUpperCase()}` : key === "Enter" ? "Ctrl Enter" : null;
  if (key.length > 1) return key;
  return event.shiftKey && /[a-z]/i.test(key) ? `Shift ${key.toUpperCase()}` : key.toLowerCase();
}

// The button that does it: of the row, else of the panel or dialog with the focus, else of the page.
function button(what) {
  const name = CSS.escape(what);
  const focused = document.activeElement;
  for (const scope of [
    currentRow(),
    focused?.closest?.(".panel, .handover, .side, dialog"),
    document.getElementById("main"),
  ]) {
    const found = scope?.querySelector(`:is([data-stands-for="${name}"], [data-do="${name}"]):not([hidden])`);
    if (found) return found;
  }
  return null;
}

const acts = {
  submit,
  palette: () => whenLive(openPalette),
  help: () => open(document.getElementById("keyboard-help")),
  filter: () => {
    const field = document.querySelector("#main [data-filter]");
    field?.focus();
    field?.select?.();
    return field;
  },
  close: () => closeTop() || menuIsOpen() || clearFilter() || blurField() || clearPicked(),
  density: () => document.dispatchEvent(new Event("controlsurface:density")),
  theme: () => document.querySelector("[data-theme-toggle]")?.click(),
  next: () => move(1),
  previous: () => move(-1),
  "next-group": () => moveGroup(1),
  "previous-group": () => moveGroup(-1),
  open: () => onRow(row => row.querySelector(".row-title a")?.click()),
  pick: () => onRow(row => picked(pick(row))),
  "pick-up-to": () => onRow(row => picked(pick(row, true))),
  "pick-all": pickAll,
  selection: () => {
    const act = document.querySelector("#main .selection-bar .selection-acts button:not([disabled])");
    // The bar is in sight wherever the page is scrolled to, and the browser would scroll to where it would stand without that.
    if (act) act.focus({ preventScroll: true });
    else say("Nothing is selected");
  },
  undo: () => {
    const undo = [...document.querySelectorAll(".mud-snackbar-action-button, #main [data-do='undo_many']")].at(-1);
    if (undo) undo.focus({ preventScroll: true });
    else say("There is nothing to undo");
  },
  peek: () => onRow(row => row.querySelector("[data-peek]")?.click()),
  copy: () => {
    const link = currentRow()?.querySelector("a[href]") ?? currentRow()?.closest("a[href]");
    const address = link?.href ?? location.href;
    navigator.clipboard?.writeText(address).then(
      () => say("Link copied"),
      () => say("The link could not be copied"),
    );
  },
};

function onRow(act) {
  const row = document.activeElement?.matches?.(".row, .desk-entry") ? document.activeElement : null;
  if (row) act(row);
  return row !== null;
}

function picked(isPicked) {
  if (!isPicked) say("Nothing can be selected here");
}

// The words of a list go first; without words the field lets go of the focus.
function clearFilter() {
  const field = document.activeElement;
  if (!field?.matches?.("[data-filter]") || field.value === "") return false;
  field.value = "";
  for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }));
  return true;
}

// A menu closes itself on Esc and gives the focus back.
const menuIsOpen = () => document.querySelector(".menu-popover.mud-popover-open") !== null;

function blurField() {
  if (!typing(document.activeElement)) return false;
  forget(); // on purpose: it goes nowhere
  document.activeElement.blur();
  return true;
}

function run(acts) {
  return acts.split("|").some(act => runOne(act));
}

function runOne(act) {
  if (act.startsWith("go:")) {
    if (mayLeave()) Blazor.navigateTo(act.slice(3));
    return true;
  }
  if (act.startsWith("press:")) {
    const found = button(act.slice(6));
    if (!found) return false;
    if (found.disabled) say(found.title || "This cannot be done now");
    else found.click();
    return true;
  }
  if (act.startsWith("focus:")) return decisions.has(act.slice(6)) ? toDecision(act.slice(6)) : toAct(act.slice(6));
  return acts[act]?.() !== false;
}

const decisions = new Set(["approve", "request_changes"]);

// No letter acts: it leads to the button, of the row that has the focus, and Enter presses it. Where the button stands on another
// page, or the panel still shows another item, what is taken is shown first.
function toAct(what) {
  const item = currentRow()?.dataset.item;
  const place = { take_over: "desk/", force: "items/", hand_off: "items/" }[what];
  const panel = document.querySelector("#main .handover[data-item], #main .page.item-page[data-item]");
  if (!item || panel?.dataset.item === item || currentRow().querySelector(`[data-do="${CSS.escape(what)}"]`))
    return focusOn(what, item);
  if (panel === null && !place) return false;
  const list = document.querySelector("#main [data-follow]");
  if (list?.contains(currentRow())) follow(currentRow());
  else if (place && location.pathname.startsWith(new URL(place, document.baseURI).pathname)) return focusOn(what, item);
  else Blazor.navigateTo(place + item);
  whenShown(item, () => focusOn(what, item));
  return true;
}

function focusOn(what, item) {
  const found = button(what);
  const scope = found?.closest("[data-item]");
  if (!found || (item && scope && scope.dataset.item !== item)) {
    say(item ? `${item} has no such button now` : "There is no such button here");
    return true;
  }
  if (found.disabled) say(found.dataset.off || found.title || "This cannot be done now");
  else found.focus();
  return true;
}

// The page draws the item a moment after its address: the focus waits for the panel that shows it.
function whenShown(item, then) {
  const isShown = () =>
    document.querySelector(
      `#main .handover[data-item="${CSS.escape(item)}"], #main .page.item-page[data-item="${CSS.escape(item)}"]`,
    );
  if (isShown()) return then();
  const watch = new MutationObserver(() => {
    if (!isShown()) return;
    stop();
    requestAnimationFrame(then);
  });
  const timer = setTimeout(() => stop(), 5000);
  const stop = () => {
    watch.disconnect();
    clearTimeout(timer);
    removeEventListener("keydown", stop);
  };
  watch.observe(document.getElementById("main"), { subtree: true, childList: true, attributeFilter: ["data-item"] });
  // Whoever goes on with the keyboard meanwhile has gone on.
  setTimeout(() => addEventListener("keydown", stop, { once: true })); // not the key that led here
}

// No letter decides anything: it leads to the button, or to the comment that the decision needs, and says why where there is none.
function toDecision(what) {
  const panel = document.querySelector("#main [data-decide]");
  if (!panel) return false;
  // On a narrow window the decision is taken in a sheet: the letter leads to the button that opens it.
  const sheet = document.querySelector('#main [data-do="decide"]');
  const found = sheet?.offsetParent ? sheet : panel.querySelector(`[data-do="${CSS.escape(what)}"]`);
  if (!found || found.disabled) {
    say(found?.title || panel.dataset.why || "This cannot be decided here");
    return true;
  }
  panel.dataset.intent = what;
  (what === "approve" || found === sheet ? found : (panel.querySelector("[data-comment]") ?? found)).focus();
  return true;
}

// From the comment: what the reader set out to do, or to approve, as the hint at the button says. From a form: what it is for.
function submit() {
  const field = document.activeElement;
  const panel = field?.matches?.("[data-comment]")
    ? field.closest("dialog, [data-decide]")
    : field?.closest?.("[data-intent]");
  if (!panel) return false;
  const find = () => panel.querySelector(`[data-do="${CSS.escape(panel.dataset.intent ?? "approve")}"]`);
  const refuse = () => say(find()?.title || panel.dataset.why || "This cannot be done now");
  const button = find();
  if (button && !button.disabled) button.click();
  else if (button && performance.now() - typedAt < heardMs) whenHeard(panel, find, refuse);
  else refuse();
  return true;
}

// The server draws the button anew once it has heard what was typed. Who sends at once is faster than that, and means it all the same.
function whenHeard(panel, find, refuse) {
  unheard?.();
  const watch = new MutationObserver(() => {
    const button = find();
    if (!button || button.disabled) return;
    stop();
    button.click();
  });
  const timer = setTimeout(() => {
    stop();
    if (panel.isConnected) refuse();
  }, heardMs);
  const stop = (unheard = () => {
    unheard = null;
    watch.disconnect();
    clearTimeout(timer);
  });
  watch.observe(panel, { subtree: true, childList: true, attributeFilter: ["disabled"] });
}

function onKey(event) {
  unheard?.(); // whoever goes on with the keyboard has gone on
  if (event.defaultPrevented || event.isComposing) return;
  const name = nameOf(event);
  if (!name) return;
  const inField = typing(event.target);
  const inDialog = document.querySelector("dialog[open]") !== null;
  const isLetter = name.length === 1 || /^Shift .$/.test(name);
  if (isLetter && (inField || !lettersOn())) return;
  if (first && performance.now() > first.until) first = null;
  const keys = first && isLetter ? `${first.key} ${name}` : name;
  const waits =
    first === null &&
    !inDialog &&
    table.some(entry => entry.keys.startsWith(`${name} `) && isLetter && name.length === 1);
  first = waits ? { key: name, until: performance.now() + chordMs } : null;
  if (waits) return;
  const entry = table.find(entry => entry.keys === keys);
  if (!entry || (inField && !entry.inFields)) return;
  // Over a dialog only what closes it or opens another acts: a letter must not press a button that it covers.
  if (inDialog && !["close", "palette", "help", "submit"].includes(entry.act)) return;
  if (["open", "peek"].includes(entry.act) && !document.activeElement?.matches?.(".row")) return;
  if (["pick", "pick-up-to"].includes(entry.act) && !document.activeElement?.matches?.(".row, .desk-entry")) return;
  if (run(entry.act)) event.preventDefault();
}

export function startKeys() {
  table = JSON.parse(document.getElementById("hotkeys")?.dataset.hotkeys ?? "[]");
  // Apple's keyboards have Command where the table says Ctrl; the handler takes both.
  if (/Mac|iP(hone|ad)/.test(navigator.platform))
    new MutationObserver(() => apple()).observe(document.body, { subtree: true, childList: true });
  document.addEventListener("keydown", onKey);
  document.addEventListener("input", () => (typedAt = performance.now()), true);
  document.addEventListener("click", event => {
    const opener = event.target.closest?.("[data-act]");
    if (opener) run(opener.dataset.act);
  });
  document.addEventListener("change", event => {
    if (event.target.matches?.("[data-letters]"))
      localStorage.setItem("cs-letters", event.target.checked ? "on" : "off");
  });
  document.addEventListener("controlsurface:open", () => {
    for (const box of document.querySelectorAll("[data-letters]")) box.checked = lettersOn();
  });
}

function apple() {
  for (const key of document.querySelectorAll("kbd"))
    if (key.firstChild?.nodeValue?.startsWith("Ctrl"))
      key.firstChild.nodeValue = key.firstChild.nodeValue.replace("Ctrl", "⌘");
}
