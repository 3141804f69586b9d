// Dialogs are the browser's own: it traps the focus, gives it back, and closes on Esc.

const COMING = "[data-coming]"; // where a field with a list is about to be drawn (PopoverSpot.razor)
const awaited = new WeakSet();

function whenDrawn(dialog) {
  if (awaited.has(dialog)) return;
  awaited.add(dialog);
  new MutationObserver((_, watch) => {
    if (dialog.isConnected && dialog.querySelector(COMING)) return;
    watch.disconnect();
    awaited.delete(dialog);
    if (dialog.isConnected) open(dialog);
  }).observe(document.body, { subtree: true, childList: true });
}

/**
 * Opens it over the page, once all of it is drawn. Focus goes to the element with autofocus (Cancel, where something is at stake), or to
 * the field with data-first. It is given here and only once: a focus that the server gave later would take the field from who types.
 */
export function open(dialog) {
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  if (dialog.querySelector(COMING)) return whenDrawn(dialog);
  for (const other of document.querySelectorAll("dialog[open][data-light]")) other.close();
  dialog.showModal();
  // Cancel stays in sight at the foot of its question, which is read from its title on.
  if (dialog.querySelector("footer")?.contains(document.activeElement)) dialog.scrollTop = 0;
  dialog.querySelector("[data-first]")?.focus();
  document.dispatchEvent(new CustomEvent("controlsurface:open", { detail: dialog }));
}

/** Closes the topmost, if any is open. */
export function closeTop() {
  const opened = [...document.querySelectorAll("dialog[open]")].at(-1);
  opened?.close();
  return opened !== undefined;
}

/** MudBlazor's place of popovers was taken into a dialog and is back at the end of the page, as another element. */
export const popoversAreBack = () => window.mudPopover?.observeMainContainer();

export function startDialogs() {
  // Esc closes the list that is open in a dialog first; the dialog and what was typed in it stay.
  document.addEventListener(
    "keydown",
    event => {
      const isList = event.key === "Escape" && document.querySelector("dialog[open] .menu-popover.mud-popover-open");
      if (isList) event.preventDefault();
    },
    true,
  );
  document.addEventListener("click", event => {
    // The browser's own dialog: on paper a page is a note without its frame (@media print).
    if (event.target.closest?.("[data-print]")) print();
    if (event.target.closest?.("[data-close]")) event.target.closest("dialog")?.close();
    // A press beside a light dialog (palette, help) closes it; one that asks something stays until it is answered.
    if (event.target instanceof HTMLDialogElement && event.target.dataset.light !== undefined) event.target.close();
  });
}
