// Dialogs are the browser's own: it traps the focus, gives it back, and closes on Esc.

/** Opens it over the page. Focus goes to the element with autofocus: Cancel, where something is at stake. */
export function open(dialog) {
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  for (const other of document.querySelectorAll("dialog[open][data-light]")) other.close();
  dialog.showModal();
  document.dispatchEvent(new CustomEvent("controlsurface:open", { detail: dialog }));
}

/** Closes the topmost, if any is open. */
export function closeTop() {
  const opened = [...document.querySelectorAll("dialog[open]")].at(-1);
  opened?.close();
  return opened !== undefined;
}

export function startDialogs() {
  document.addEventListener("click", event => {
    // The browser's own dialog: on paper a page is a note without its frame (@media print).
    if (event.target.closest?.("[data-print]")) print();
    if (event.target.closest?.("[data-close]")) event.target.closest("dialog")?.close();
    // A press beside a light dialog (palette, help) closes it; one that asks something stays until it is answered.
    if (event.target instanceof HTMLDialogElement && event.target.dataset.light !== undefined) event.target.close();
  });
}
