// Menus are MudBlazor's. What is here is quicker than the way to the server and back: arrows that come before it has heard that the
// menu is open would be lost, and the focus would be on the page for a moment.

const open = ".mud-popover-open [role^=menuitem]:not([aria-disabled=true])";
const drawnMs = 5000; // within this time the server has drawn the menu, or the line is not well
let opened = 0; // grows with each menu that opens
let changed = 0; // and with each that closes
let led = null; // the item that an arrow led to

/**
 * A menu that was opened with the pointer gets the focus too: only there does Esc close it, and do arrows move. The server asks for it
 * before the menu is drawn and in its place, so it is waited for, unless the reader goes elsewhere meanwhile.
 */
export function focusMenu() {
  const mine = ++opened;
  changed++;
  led = null;
  const from = document.activeElement;
  const until = performance.now() + drawnMs;
  const look = () => {
    const on = document.activeElement;
    const items = [...document.querySelectorAll(open)];
    if (mine !== opened || items.includes(on)) return;
    if (on !== from && on !== document.body && !on?.closest(".mud-popover")) return;
    items[0]?.focus();
    if (!items.includes(document.activeElement) && performance.now() < until) requestAnimationFrame(look);
  };
  look();
}

/**
 * After a menu has closed: its button gets the focus, unless the reader has pressed or typed elsewhere since. The server may say so
 * before the menu is gone from the page, or after the reader has opened it once more: while one is open, the focus stays in it.
 */
export function focusBack(box) {
  const mine = ++changed;
  const until = performance.now() + drawnMs;
  const look = () => {
    const on = document.activeElement;
    if (mine !== changed || (on !== null && on !== document.body && !on.closest(".mud-popover"))) return;
    if (!on?.closest(".mud-popover-open")) box.querySelector("button")?.focus();
    else if (performance.now() < until) requestAnimationFrame(look);
  };
  look();
}

// Which item the key leads to, of those in the same menu; the last leads on to the first.
function next(key, at, count) {
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at + count - 1) % count;
  return { Home: 0, End: count - 1 }[key];
}

export function startMenus() {
  document.addEventListener(
    "keydown",
    event => {
      const item = event.target.closest?.(open);
      if (!item || event.altKey || event.ctrlKey || event.metaKey) return;
      const items = [...item.closest(".mud-popover-open").querySelectorAll(open)];
      const to = next(event.key, items.indexOf(item), items.length);
      if (to === undefined) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      led = items[to];
      led.focus();
    },
    true,
  );
  // MudBlazor gives the first item the focus once it has heard that the menu is there, which may be after the reader's first arrows.
  document.addEventListener("focusin", event => {
    const item = event.target.closest?.(open);
    if (!led?.isConnected || !item || item === led) return;
    if (item.closest(".mud-popover-open").contains(led)) led.focus();
  });
  const leave = event => (event.type === "pointerdown" || event.key === "Tab") && (led = null);
  for (const way of ["pointerdown", "keydown"]) document.addEventListener(way, leave, true);
}
