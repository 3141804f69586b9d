import { open } from "./dialogs.js";
import { say } from "./say.js";

// The palette's list: the server draws the answers, the arrows and Enter stay here, so that choosing has no way to go.

const options = list => [...list.querySelectorAll('[role="option"]')];

function select(list, index) {
  const all = options(list);
  const at = all.length === 0 || Number.isNaN(index) ? -1 : (index + all.length) % all.length;
  all.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
  const input = document.querySelector("#palette input:not([type='hidden'])");
  if (at >= 0) {
    input?.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  } else input?.removeAttribute("aria-activedescendant");
}

const selected = list => options(list).findIndex(option => option.getAttribute("aria-selected") === "true");

// What a page offers is what its own buttons say: those under data-acts, whose value names what they act on, and those of a decision.
// One that stands behind a button of a phone is meant too, but a decision is taken where it is seen.
const PAGE = [
  "[data-acts][data-do]",
  "[data-acts] [data-do]",
  "[data-decide] [data-do]",
  ".artifact-page [data-do='decide']",
  ".artifact-page [data-do='edit']",
  ".artifact-page [data-do='comment']",
]
  .map(one => `#main ${one}`)
  .join(", ");
const buttons = new WeakMap(); // of an option, the button that it presses

const wordsOf = button => {
  const copy = button.cloneNode(true);
  copy.querySelectorAll("kbd, svg, .visually-hidden").forEach(drawn => drawn.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
};

function pageActs() {
  const found = [...document.querySelectorAll(PAGE)].filter(
    one => !one.disabled && !one.closest("dialog, [data-item]") && (one.closest("[data-acts]") || one.offsetParent),
  );
  return Map.groupBy(
    found,
    one => one.closest("[data-acts]")?.dataset.acts ?? one.closest("[data-artifact]")?.dataset.artifact ?? "",
  );
}

const element = (name, attributes, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};

// As Icons.Draw writes it.
function drawing(name) {
  const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = icon.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#${name}`);
  return icon;
}

function optionOf(button, words, id) {
  const icon = button.querySelector("svg")?.cloneNode(true) ?? drawing("circle-arrow-right");
  icon.classList.remove("small");
  const keys = [...button.querySelectorAll("kbd")].map(key => key.cloneNode(true));
  const option = element(
    "div",
    { class: "option", role: "option", "aria-selected": "false", id },
    icon,
    element("span", { class: "clip" }, words),
    element("span", { class: "at-right" }, ...keys),
  );
  if (!words.endsWith("…")) option.dataset.atOnce = "";
  buttons.set(option, button);
  return option;
}

// Drawn here and not by the server, which knows no buttons: the words typed narrow them as they narrow everything else.
function drawPage(typed) {
  const place = document.getElementById("palette-page");
  if (!place) return;
  const wanted = typed.trim().toLowerCase();
  let at = 0;
  place.replaceChildren(
    ...[...pageActs()].flatMap(([name, all]) => {
      const shown = all
        .map(button => [button, wordsOf(button)])
        .filter(([, words]) => words.toLowerCase().includes(wanted))
        .map(([button, words]) => optionOf(button, words, `palette-page-${at++}`));
      const head = element("div", { class: "group clip", "aria-hidden": "true" }, name);
      return shown.length > 0 ? [element("div", { role: "group", "aria-label": name }, head, ...shown)] : [];
    }),
  );
}

/** Opens the palette on what has the focus now. */
export function openPalette() {
  const dialog = document.getElementById("palette");
  if (!dialog || dialog.open) return;
  dialog.dataset.on = openedOn();
  open(dialog);
}

// On what it was opened: the item of the peek, of the row with the focus, or of the page; else the queue of the page.
function openedOn() {
  const peek = document.querySelector("dialog.peek[open]");
  const focused = document.activeElement?.closest?.(
    "#main .row[data-item]:not([data-conflict]), #main .desk-entry[data-item]",
  );
  const shown = document.querySelector("#main .page.item-page[data-item], #main .handover[data-item]");
  const item = (peek ?? focused ?? shown)?.dataset.item;
  const queue = document.querySelector("#main .queue-page[data-queue]")?.dataset.queue;
  return item ? `item:${item}` : queue ? `queue:${queue}` : "";
}

// As a press does: what the act draws has the focus, and what comes back comes back to the button.
function press(button) {
  if (!button?.isConnected || button.disabled) return say("This cannot be done now");
  button.focus();
  button.click();
}

const placesOf = item => {
  const name = CSS.escape(item);
  return document.querySelectorAll(
    `dialog.peek[open][data-item="${name}"], #main .page.item-page[data-item="${name}"], #main .handover[data-item="${name}"]`,
  );
};

const buttonOf = (item, what) =>
  [...placesOf(item)]
    .map(place => place.querySelector(`[data-do="${CSS.escape(what)}"]:not([disabled])`))
    .find(one => one !== null);

// The item's buttons stand in its peek, beside the list, or on its page: the nearest place that has the one that is meant is opened.
function pressOn(item, what) {
  const found = buttonOf(item, what);
  if (found) return press(found);
  const peek = document.querySelector(`#main .row[data-item="${CSS.escape(item)}"] [data-peek]`);
  if (peek) peek.click();
  else Blazor.navigateTo(`items/${item}`);
  once(() => buttonOf(item, what), press);
}

// The server draws it in a moment. Whoever goes on with the keyboard meanwhile has gone on.
function once(find, then) {
  const watch = new MutationObserver(() => {
    const found = find();
    if (!found) return;
    stop();
    requestAnimationFrame(() => then(find() ?? found));
  });
  const stop = () => {
    watch.disconnect();
    clearTimeout(timer);
    removeEventListener("keydown", stop);
  };
  const timer = setTimeout(stop, 5000);
  watch.observe(document.body, { subtree: true, childList: true, attributeFilter: ["disabled", "open", "data-item"] });
  setTimeout(() => addEventListener("keydown", stop, { once: true })); // not the key that chose it
}

function choose(option, inNewTab) {
  const dialog = document.getElementById("palette");
  const { href, press: what, whole, on } = option.dataset;
  const button = buttons.get(option);
  // The server has not drawn the acts of this item yet: those of another stand there.
  if (on && dialog.dataset.on !== `item:${on}`) return;
  dialog?.close();
  if (button) press(button);
  else if (href && inNewTab) window.open(href, "_blank", "noopener");
  else if (href) Blazor.navigateTo(href, { forceLoad: whole !== undefined });
  else if (on) pressOn(on, what);
  else if (what) press(document.querySelector(`#main [data-do="${CSS.escape(what)}"]:not([disabled])`));
}

// Nothing is done by opening the palette and pressing Enter: what is done at once is chosen by its words or by an arrow.
function selectFirst(list) {
  const isTyped = document.querySelector("#palette .query input:not([type='hidden'])")?.value.trim();
  const first = options(list)[0];
  if (!isTyped && first?.dataset.atOnce !== undefined) select(list, NaN);
  else select(list, 0);
}

export function startPalette() {
  document.addEventListener("keydown", event => {
    const list = document.getElementById("palette-list");
    if (!list || !event.target.closest?.("#palette")) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const at = selected(list);
      select(list, at < 0 && step < 0 ? -1 : at + step);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const option = options(list)[selected(list)];
      if (option) choose(option, event.ctrlKey || event.metaKey);
    }
  });
  document.addEventListener("click", event => {
    const option = event.target.closest?.("#palette-list [role='option']");
    if (option) choose(option, event.ctrlKey || event.metaKey);
  });
  // Answers to new words come from the server: the first of them is the one that Enter takes.
  new MutationObserver(records => {
    const list = document.getElementById("palette-list");
    if (list && records.some(record => list.contains(record.target))) selectFirst(list);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
  document.addEventListener("controlsurface:open", event => {
    const list = document.getElementById("palette-list");
    if (event.detail?.id !== "palette" || !list) return;
    const on = event.detail.querySelector("[data-palette-on]");
    on.value = event.detail.dataset.on ?? "";
    on.dispatchEvent(new Event("change", { bubbles: true }));
    const input = event.detail.querySelector("input:not([type='hidden'])");
    input?.select();
    // What the page can do may be other than when it was last asked.
    input?.dispatchEvent(new Event("input", { bubbles: true }));
    selectFirst(list);
  });
  document.addEventListener("input", event => {
    if (event.target.matches?.("#palette .query input:not([type='hidden'])")) drawPage(event.target.value);
  });
}
