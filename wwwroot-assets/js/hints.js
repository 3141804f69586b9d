// Words about buttons (Hint.razor, and the menu where it shows icons alone). Esc hides them without moving the pointer or the focus,
// and only a focus that is shown brings them up: after a press with the mouse nobody needs them.

const root = document.documentElement;

function hide() {
  root.toggleAttribute("data-no-hints", true);
  for (const words of document.querySelectorAll(".hint-words.mud-popover-open")) {
    const place = document.getElementById(words.id.replace("popovercontent-", "popover-"));
    place?.closest(".hint")?.dispatchEvent(new PointerEvent("pointerleave"));
  }
}

const show = () => root.toggleAttribute("data-no-hints", false);

export function startHints() {
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
