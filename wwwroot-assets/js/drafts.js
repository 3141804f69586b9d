// What people type stays in the browser until the server has recorded it. A field with data-draft is kept in localStorage at each
// keystroke, for its reader, address, field and tab; it is put back after a lost circuit, a reload or a restart, and taken away once
// the server says that it was recorded (#drafts, data-recorded). The server never writes into such a field and asks for its text at
// the moment of sending (draftRead), so what is recorded is what stands there. Drafts whose field is not on the page are listed in
// #drafts, on every page, until they are sent or dropped.

import { clock } from "./clock.js";
import { say } from "./say.js";

const prefix = "cs-draft ";
const mostDays = 30;
const mostListed = 3;
const rollCallMs = 250;
const reloadMs = 2500; // a tab that is loaded again is back within this time; one that was closed is not
const pauseMs = 500;
const leftPrefix = "cs-left ";
const fresh = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;

const life = fresh(); // this page, until it is left or loaded again
let tab = tabOf();
let hearing = false; // an input event of ours, not of the reader
const prerendered = new WeakSet(); // fields that came with the page, before its circuit
let recorded = new Map(); // field name: number of the last recording that was seen
let last = null; // the field that had the focus, and its selection
let wanted = null; // the draft that the reader chose to go on with

// Other pages of this browser: a draft of a tab that is open is not offered here.
const open = new Set();
let isRollCalled = false;
const channel = "BroadcastChannel" in window ? new BroadcastChannel("cs-drafts") : null;

function tabOf() {
  try {
    const kept = sessionStorage.getItem("cs-tab") ?? fresh();
    sessionStorage.setItem("cs-tab", kept);
    return kept;
  } catch {
    return life;
  }
}

const home = () => document.getElementById("drafts");
const reader = () => home()?.dataset.who ?? null;
const keyOf = (who, path, name, of = tab) => prefix + JSON.stringify([who, path, name, of]);

// A draft is the tab's own, or was left by one that is not open any more.
const isMine = draft =>
  draft.tab === tab || (isRollCalled && !open.has(draft.tab) && Date.now() - leftAt(draft) > reloadMs);

function leftAt(draft) {
  try {
    return Number(localStorage.getItem(leftPrefix + draft.tab)) || draft.at;
  } catch {
    return draft.at;
  }
}

/** All drafts of the reader, the newest first. */
function all() {
  const who = reader();
  const found = [];
  if (who === null) return found;
  try {
    for (let i = 0; i < localStorage.length; i++) {
      const key = localStorage.key(i);
      if (!key.startsWith(prefix)) continue;
      const [of, path, name, from] = JSON.parse(key.slice(prefix.length));
      if (of === who) found.push({ ...JSON.parse(localStorage.getItem(key)), key, path, name, tab: from });
    }
  } catch {
    return found; // a browser that keeps nothing, or a key that is not ours
  }
  return found.sort((a, b) => b.at - a.at);
}

function put(key, draft) {
  const text = JSON.stringify(draft);
  for (let tries = 0; tries < 20; tries++) {
    try {
      localStorage.setItem(key, text);
      return true;
    } catch {
      // Full: what was set aside goes first, then the oldest of all; this one stays.
      const other = all().filter(one => one.key !== key);
      const goes =
        other.filter(one => one.aside).at(-1) ?? other.filter(one => Date.now() - one.at > 7 * 86_400_000).at(-1);
      if (!goes) return false;
      remove(goes.key);
    }
  }
  return false;
}

function write(key, text) {
  try {
    localStorage.setItem(key, text);
  } catch {
    // Full: the time of the draft itself stands for it.
  }
}

function remove(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to remove.
  }
}

const draftFields = () => document.querySelectorAll("[data-draft]");

function mount(field) {
  if (field.draft || reader() === null) return;
  // In a field that came with the page somebody may have typed already; the circuit sets the value of those that it draws.
  const base = prerendered.has(field) ? field.defaultValue : field.value;
  field.draft = { name: field.dataset.draft, path: location.pathname, base };
  if (field.value !== field.draft.base) return save(field);
  const kept = all().filter(one => one.name === field.draft.name && one.path === field.draft.path);
  const mine = kept.find(one => one.tab === tab) ?? kept.find(isMine);
  if (mine) restore(field, mine);
  const isWanted = wanted !== null && wanted.name === field.draft.name;
  if (
    isWanted ||
    (last?.name === field.draft.name && !last.field.isConnected && document.activeElement === document.body)
  ) {
    field.focus();
    if (!isWanted) field.setSelectionRange(last.start, last.end);
    wanted = null;
  }
}

function restore(field, draft) {
  const { base, path, name } = field.draft;
  if (draft.text === base) return remove(draft.key);
  field.value = draft.text;
  if (draft.tab !== tab) {
    remove(draft.key);
    draft.key = keyOf(reader(), path, name);
  }
  put(draft.key, { ...stored(draft), aside: false });
  hear(field);
  if (draft.sent)
    note(
      field,
      `You sent this at ${clock(draft.sent)} and no answer came. Look whether it is recorded before you send it again.`,
    );
  else if (draft.life !== life) note(field, `You typed this at ${clock(draft.at)} and have not sent it.`);
}

const stored = ({ text, at, life, label, opens, sent, aside }) => ({ text, at, life, label, opens, sent, aside });

function save(field) {
  const { base, path, name } = field.draft;
  const key = keyOf(reader(), path, name);
  field.draft.unkept = false;
  if (field.value === base) {
    remove(key);
    return list();
  }
  const { draftLabel: label, opens } = field.dataset;
  if (!put(key, { text: field.value, at: Date.now(), life, label, opens })) {
    field.draft.unkept = true;
    note(field, "This browser cannot keep what you type. Send it before you leave this page.");
  }
}

// The server hears of it as of something typed, so that its buttons know that something stands there.
function hear(field) {
  hearing = true;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  hearing = false;
}

function note(field, words) {
  const line = field.nextElementSibling;
  if (!line?.matches("[data-draft-note]")) return;
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "button quiet";
  drop.dataset.draftDrop = "";
  drop.textContent = "Drop it";
  line.replaceChildren(words === null ? "" : words, ...(words === null || field.draft.unkept ? [] : [" ", drop]));
  line.hidden = words === null;
}

function empty(field) {
  field.value = field.draft.base;
  remove(keyOf(reader(), field.draft.path, field.draft.name));
  note(field, null);
  hear(field);
}

/** The text that stands in the field now. It is kept until the server says that it was recorded, or refused. */
export function draftRead(field) {
  mount(field);
  if (!field.draft) return field.value;
  field.draft.handed = field.value;
  const key = keyOf(reader(), field.draft.path, field.draft.name);
  if (field.value !== field.draft.base) {
    const { draftLabel: label, opens } = field.dataset;
    put(key, { text: field.value, at: Date.now(), life, label, opens, sent: Date.now() });
  }
  return field.value;
}

/** What was read was not taken: it is a draft like any other. */
export function draftRefused(name) {
  for (const draft of all())
    if (draft.name === name && draft.tab === tab) put(draft.key, { ...stored(draft), sent: undefined });
}

/** The reader closed the field on purpose: its text comes back when it is opened again, and is not listed until then. */
export function draftAside(name) {
  for (const draft of all())
    if (draft.name === name && draft.tab === tab) put(draft.key, { ...stored(draft), aside: true, sent: undefined });
  list();
}

function wasRecorded(name) {
  const field = [...draftFields()].find(one => one.draft?.name === name);
  for (const draft of all()) {
    if (draft.name !== name || draft.tab !== tab) continue;
    // What was typed after the press was not read with it, so it stays.
    if (draft.sent !== undefined || field?.draft.handed === draft.text) remove(draft.key);
  }
  if (!field) return;
  if (field.dataset.keeps !== undefined) field.draft.base = field.draft.handed ?? field.draft.base;
  if (field.value === field.draft.handed) {
    if (field.dataset.keeps !== undefined) {
      save(field);
      note(field, null);
    } else empty(field);
  } else {
    save(field);
    note(field, "It was recorded as it stood when you pressed. What you typed after that is not sent yet.");
  }
}

// Each recording is counted, and the whole list of counts is drawn by the server: after a gap it arrives with the rest of the page.
function hearRecorded() {
  for (const [name, count] of JSON.parse(home()?.dataset.recorded || "[]")) {
    if ((recorded.get(name) ?? 0) >= count) continue;
    recorded.set(name, count);
    wasRecorded(name);
  }
  list();
}

/** The connection is back: the server hears what was typed while it was away. */
export function sayDrafts() {
  for (const field of draftFields()) if (field.draft && field.value !== field.draft.base) hear(field);
}

const isHere = draft =>
  draft.path === location.pathname && [...draftFields()].some(field => field.draft?.name === draft.name);

function list() {
  const place = home();
  if (!place) return;
  const drafts = all().filter(one => !one.aside && isMine(one) && !isHere(one));
  drafts.sort((a, b) => (b.tab === tab) - (a.tab === tab)); // the tab's own first
  const shown = drafts.slice(0, mostListed);
  const signature = JSON.stringify([shown.map(one => [one.key, one.text, one.sent]), drafts.length]);
  if (place.dataset.shows === signature || (shown.length === 0 && place.childElementCount === 0)) return;
  place.dataset.shows = signature;
  place.replaceChildren(
    ...shown.map(line),
    ...(drafts.length > shown.length ? [words(`and ${drafts.length - shown.length} more`)] : []),
  );
  place.hidden = shown.length === 0;
}

function words(text) {
  const span = document.createElement("span");
  span.textContent = text;
  return span;
}

function line(draft) {
  const row = document.createElement("details");
  const head = document.createElement("summary");
  const what = words(
    `${draft.sent ? "Sent without an answer" : "Not sent"}: ${draft.label ?? "what you typed"}, ${clock(draft.at)}`,
  );
  const go = act("Go on with it", () => goOn(draft));
  const drop = act("Drop it", () => {
    remove(draft.key);
    list();
  });
  const text = document.createElement("pre");
  text.textContent = draft.text;
  head.append(what);
  row.append(head, text, go, drop);
  row.dataset.draftKept = draft.name;
  return row;
}

function act(name, does) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = name;
  button.addEventListener("click", does);
  return button;
}

function goOn(draft) {
  const going = (wanted = { ...draft, pressed: new Set() });
  setTimeout(() => {
    if (wanted !== going) return;
    wanted = null;
    say("Its field is not on the page now. The text is kept here.");
  }, 5000);
  if (draft.path !== location.pathname) Blazor.navigateTo(draft.path);
  else reopen();
}

// The field may stand behind a button of its page.
function reopen() {
  if (wanted === null || wanted.path !== location.pathname) return;
  const field = [...draftFields()].find(one => one.draft?.name === wanted.name);
  if (field) {
    wanted = null;
    return field.focus();
  }
  // One behind the other: the innermost that is there, and each once.
  for (const step of (wanted.opens ?? "").split(" >> ").reverse()) {
    const opener = step && document.querySelector(`#main ${step}`);
    if (!opener || opener.disabled) continue;
    if (wanted.pressed.has(step)) return;
    wanted.pressed.add(step);
    return opener.click();
  }
}

/** Whether the page may be left: only what the browser could not keep holds it. */
export function mayLeave() {
  const lost = [...draftFields()].some(field => field.draft?.unkept && field.value !== field.draft.base);
  return !lost || confirm("What you typed is not sent, and this browser cannot keep it. Leave and lose it?");
}

function answer({ data }) {
  if (data.ask) channel.postMessage({ here: tab, life });
  if (data.here === tab && data.life !== life && data.life < life) newTab();
  else if (data.here) open.add(data.here);
  if (data.gone) {
    open.delete(data.gone);
    setTimeout(list, reloadMs + rollCallMs);
  }
}

// A tab that was duplicated has the name of the first; the younger page takes another, with what stands in its fields.
function newTab() {
  tab = fresh();
  try {
    sessionStorage.setItem("cs-tab", tab);
  } catch {
    // It keeps this name for as long as it is open.
  }
  for (const field of draftFields()) if (field.draft && field.value !== field.draft.base) save(field);
  channel.postMessage({ here: tab, life });
}

// A long text goes to the server in pauses, not at each keystroke.
function saySoon(field) {
  clearTimeout(field.draft.says);
  field.draft.says = setTimeout(
    () => field.isConnected && field.dispatchEvent(new Event("change", { bubbles: true })),
    pauseMs,
  );
}

export function startDrafts() {
  const look = () => {
    for (const field of draftFields()) mount(field);
    if (wanted !== null) reopen();
    list();
  };
  if (channel) {
    channel.addEventListener("message", answer);
    channel.postMessage({ ask: true, here: tab, life });
    addEventListener("pagehide", () => {
      channel.postMessage({ gone: tab });
      if (all().some(draft => draft.tab === tab)) write(leftPrefix + tab, String(Date.now()));
    });
    addEventListener("pageshow", event => event.persisted && channel.postMessage({ here: tab, life }));
  }
  const takeOver = () => {
    isRollCalled = true;
    for (const old of all()) if (Date.now() - old.at > mostDays * 86_400_000) remove(old.key);
    for (const field of draftFields()) {
      if (!field.draft || field.value !== field.draft.base) continue;
      const left = all().find(one => one.name === field.draft.name && one.path === field.draft.path && isMine(one));
      if (left) restore(field, left);
    }
    list();
  };
  setTimeout(takeOver, channel ? rollCallMs : 0);
  setTimeout(takeOver, reloadMs + rollCallMs);
  document.addEventListener(
    "input",
    event => {
      const field = event.target.closest?.("[data-draft]");
      if (!field) return;
      mount(field);
      if (!field.draft || hearing) return;
      if (field.draft.handed !== undefined && field.value !== field.draft.handed) note(field, null);
      save(field);
      if (field.dataset.live !== undefined) saySoon(field);
    },
    true,
  );
  const remember = event => {
    const field = event.target.closest?.("[data-draft]");
    if (field) last = { name: field.dataset.draft, field, start: field.selectionStart, end: field.selectionEnd };
  };
  for (const moved of ["focusin", "input", "keyup", "pointerup"]) document.addEventListener(moved, remember);
  document.addEventListener("focusout", () =>
    setTimeout(() => last?.field.isConnected && document.activeElement !== last.field && (last = null)),
  );
  document.addEventListener("click", event => {
    const drop = event.target.closest?.("[data-draft-drop]");
    const field = drop?.closest("[data-draft-note]")?.previousElementSibling;
    if (!field?.draft) return;
    empty(field);
    field.focus();
  });
  addEventListener("storage", event => (event.key === null || event.key.startsWith(prefix)) && list());
  addEventListener("beforeunload", event => {
    if ([...draftFields()].some(field => field.draft?.unkept && field.value !== field.draft.base))
      event.preventDefault();
  });
  document.addEventListener(
    "click",
    event => {
      const link = event.target.closest?.("a[href]");
      if (!link || link.target === "_blank" || event.ctrlKey || event.metaKey || mayLeave()) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
  let looking = false;
  new MutationObserver(records => {
    if (records.some(record => record.attributeName === "data-recorded")) hearRecorded();
    if (looking) return;
    looking = true;
    queueMicrotask(() => {
      looking = false;
      look();
    });
  }).observe(document.body, { subtree: true, childList: true, attributeFilter: ["data-recorded", "data-who"] });
  for (const field of draftFields()) prerendered.add(field);
  look();
}
