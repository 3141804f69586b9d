// The palette's list: the server draws the answers, the arrows and Enter stay here, so that choosing has no way to go.

const options = list => [...list.querySelectorAll('[role="option"]')];

function select(list, index) {
  const all = options(list);
  const at = all.length === 0 ? -1 : (index + all.length) % all.length;
  all.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
  const input = document.querySelector("#palette input");
  if (at >= 0) {
    input?.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  } else input?.removeAttribute("aria-activedescendant");
}

const selected = list => options(list).findIndex(option => option.getAttribute("aria-selected") === "true");

function choose(option, inNewTab) {
  const dialog = document.getElementById("palette");
  const { href, press, whole } = option.dataset;
  dialog?.close();
  if (href && inNewTab) window.open(href, "_blank", "noopener");
  else if (href) Blazor.navigateTo(href, { forceLoad: whole !== undefined });
  else if (press) document.querySelector(`#main [data-do="${CSS.escape(press)}"]:not([disabled])`)?.focus(); // Enter presses it, once it is seen
}

export function startPalette() {
  document.addEventListener("keydown", event => {
    const list = document.getElementById("palette-list");
    if (!list || !event.target.closest?.("#palette")) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      select(list, selected(list) + step);
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
    if (list && records.some(record => list.contains(record.target))) select(list, 0);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
  document.addEventListener("controlsurface:open", event => {
    const list = document.getElementById("palette-list");
    if (event.detail?.id !== "palette" || !list) return;
    const input = event.detail.querySelector("input");
    input?.select();
    // What the page can do may be other than when it was last asked.
    input?.dispatchEvent(new Event("input", { bubbles: true }));
    select(list, 0);
  });
}
