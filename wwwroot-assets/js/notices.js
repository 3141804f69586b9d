// A notice waits while the pointer is on it (MudSnackbar), and while the keyboard is.

export function startNotices() {
  for (const [from, to] of [
    ["focusin", "pointerenter"],
    ["focusout", "pointerleave"],
  ])
    document.addEventListener(from, event =>
      event.target.closest?.(".mud-snackbar")?.dispatchEvent(new PointerEvent(to)),
    );
}
