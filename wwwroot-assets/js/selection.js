// What is selected in a text under review, and where: the line and the column of the text itself, not of what is drawn. Where words are
// selected, the button that comments on them stands beside them.

const PLACED = "[data-line][data-from]";
const SETTLES_MS = 250; // handles that a finger drags say nothing when they are let go

let shown = null; // the part of the text that was commented on last
let isPressed = false;
let timer;

const elementOf = node => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node);

/** How many characters of the text stand in a part of the page before a point of it. */
function charactersBefore(part, node, offset) {
  const range = document.createRange();
  range.setStart(part, 0);
  range.setEnd(node, offset);
  const before = document.createElement("div");
  before.append(range.cloneContents());
  // A tag stands for its character; what cannot be sent to a browser is counted.
  const lost = [...before.querySelectorAll("[data-lost]")].reduce((sum, one) => sum + Number(one.dataset.lost), 0);
  before.querySelectorAll(".hidden-code, .end-note, .comment-mark").forEach(drawn => drawn.remove());
  return before.textContent.length + lost;
}

const placeIn = (part, node, offset) => ({
  line: Number(part.dataset.line),
  column: Number(part.dataset.from) + charactersBefore(part, node, offset),
});

/** The place of one end of a selection; null where it stands in no line of the text. An end between two parts goes to the nearer one within. */
function placeOf(range, isStart) {
  const [node, offset] = isStart ? [range.startContainer, range.startOffset] : [range.endContainer, range.endOffset];
  const element = elementOf(node);
  const own = element.closest(PLACED);
  if (own) return placeIn(own, node, offset);
  // The text that is compared with, or what the page says of the text: no words of it.
  if (element.closest(".diff .text, .diff .line-number, .diff .sign, .markdown-target")) return null;
  const parts = [...elementOf(range.commonAncestorContainer).querySelectorAll(PLACED)].filter(one =>
    range.intersectsNode(one),
  );
  const part = isStart ? parts[0] : parts.at(-1);
  if (!part) return null;
  return placeIn(part, part, isStart ? 0 : part.childNodes.length);
}

function current() {
  const selection = getSelection();
  return selection && selection.rangeCount > 0 ? selection.getRangeAt(0) : null;
}

/** The text whose words are selected; null for none. */
function textOf(range) {
  const text = range && elementOf(range.commonAncestorContainer).closest("[data-commentable]");
  return text && !range.collapsed && range.toString().trim() !== "" ? text : null;
}

// Below the selection's last line, in px from the top of what the text stands in.
function spotOf(range) {
  const rects = [...range.getClientRects()].filter(rect => rect.width > 0);
  const last = rects.at(-1) ?? range.getBoundingClientRect();
  const around = elementOf(range.commonAncestorContainer).closest(".commented").getBoundingClientRect();
  return { top: last.bottom - around.top, left: last.right - around.left, room: around.width };
}

/** The selected words, with where they begin and end in the text where that is known, and how far below the text's top they stand. */
export function selected() {
  const range = current();
  if (!range) return { text: "" };
  const text = textOf(range);
  shown = text && (elementOf(range.startContainer).closest(`${PLACED}, .text`) ?? text);
  return {
    text: getSelection().toString(),
    start: placeOf(range, true),
    end: placeOf(range, false),
    top: text ? Math.round(spotOf(range).top) : null,
    isLaid: elementOf(range.startContainer).closest("[data-laid]") !== null,
  };
}

/** The focus on a part of the page, and the part in sight. */
export function focusOn(selector) {
  const part = document.querySelector(selector);
  if (!part) return;
  if (!part.hasAttribute("tabindex")) part.tabIndex = -1;
  part.focus({ preventScroll: true });
  part.scrollIntoView({ block: "center" });
}

/** Back to the words that were commented on: the focus, and the place in the page. */
export function focusText() {
  if (!shown?.isConnected) return;
  if (!shown.hasAttribute("tabindex")) shown.tabIndex = -1;
  shown.focus({ preventScroll: true });
  shown.scrollIntoView({ block: "nearest" });
}

function place() {
  clearTimeout(timer);
  const range = current();
  const text = textOf(range);
  for (const button of document.querySelectorAll(".comment-here")) {
    const isHere = text !== null && button.closest(".commented") === text.closest(".commented");
    // The button keeps the selection that it was pressed with.
    if (!isHere && document.activeElement === button) continue;
    if (isHere) {
      const { top, left, room } = spotOf(range);
      button.style.top = `${Math.round(top) + 6}px`;
      button.hidden = false;
      button.style.left = `${Math.round(Math.max(8, Math.min(left - button.offsetWidth / 2, room - button.offsetWidth - 8)))}px`;
    } else button.hidden = true;
  }
}

export function startSelection() {
  document.addEventListener("pointerdown", event => {
    isPressed = event.pointerType === "mouse";
    // Pressing it must not end the selection first.
    if (event.target.closest?.(".comment-here")) event.preventDefault();
  });
  document.addEventListener("mousedown", event => event.target.closest?.(".comment-here") && event.preventDefault());
  // What follows goes by what had the focus. Taken so, it leaves the selection as it is.
  document.addEventListener(
    "click",
    event => event.target.closest?.(".comment-here")?.focus({ preventScroll: true }),
    true,
  );
  document.addEventListener("pointerup", () => {
    isPressed = false;
    setTimeout(place);
  });
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    if (!isPressed) timer = setTimeout(place, SETTLES_MS);
  });
}
