// Words about buttons (Hint.razor, and the menu where it shows icons alone). Esc hides them without moving the pointer or the focus,
// and only a focus that is shown brings them up: after a press with the mouse nobody needs them.
// A button of an icon alone that stands in a row, or in a dialog, has no Hint, which would cost the server memory for each: its name
// is shown by one element for all of them.

const root = document.documentElement;
const delay = 300;
let tip;
let waits;

// An icon alone: it has a name and shows no words. What has a Hint says it there.
const iconOf = node => {
  const icon = node.closest?.(".icon-button, .pick, button.comment-mark, .menu .mud-icon-button");
  return icon && !icon.closest(".hint") && icon.ariaLabel ? icon : null;
};

function hideTip() {
  clearTimeout(waits);
  tip?.remove();
}

// Beside the button in the document, so that it lies over a dialog as well.
function showTip(icon) {
  hideTip();
  tip ??= Object.assign(document.createElement("div"), { className: "tip" });
  tip.setAttribute("aria-hidden", "true"); // the button's own name is read
  tip.textContent = icon.title || icon.ariaLabel; // the same words that a pointer brings up
  (icon.closest("dialog[open]") ?? document.body).append(tip);
  const box = icon.getBoundingClientRect();
  const left = Math.min(innerWidth - tip.offsetWidth - 4, box.left + (box.width - tip.offsetWidth) / 2);
  const below = box.bottom + 4;
  const top = below + tip.offsetHeight > innerHeight ? box.top - tip.offsetHeight - 4 : below;
  Object.assign(tip.style, { left: `${Math.max(4, left)}px`, top: `${top}px` });
}

function startTips() {
  document.addEventListener("pointerover", event => {
    const icon = event.pointerType === "touch" ? null : iconOf(event.target);
    clearTimeout(waits);
    // A title is shown by the browser itself.
    if (icon && !icon.title) waits = setTimeout(() => icon.isConnected && showTip(icon), delay);
    else if (tip?.isConnected && !icon) hideTip();
  });
  document.addEventListener("focusin", event => {
    const icon = iconOf(event.target);
    if (icon?.matches(":focus-visible")) showTip(icon);
    else hideTip();
  });
  for (const what of ["focusout", "pointerdown"]) document.addEventListener(what, hideTip);
  document.addEventListener("scroll", hideTip, { passive: true, capture: true });
}

function hide() {
  hideTip();
  root.toggleAttribute("data-no-hints", true);
  for (const words of document.querySelectorAll(".hint-words.mud-popover-open")) {
    const place = document.getElementById(words.id.replace("popovercontent-", "popover-"));
    place?.closest(".hint")?.dispatchEvent(new PointerEvent("pointerleave"));
  }
}

const show = () => root.toggleAttribute("data-no-hints", false);

export function startHints() {
  startTips();
  document.addEventListener("keydown", event => event.key === "Escape" && hide(), true);
  document.addEventListener("pointerover", event => event.target.closest?.(".nav-link, .hint") || show());
  addEventListener(
    "focusin",
    event => {
      show();
      const isQuiet = event.target.closest?.(".hint") && !event.target.matches(":focus-visible");
      if (isQuiet) event.stopPropagation();
    },
    true,
  );
}
