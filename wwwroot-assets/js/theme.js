// Runs before the first paint (a plain script in the head, so that nothing is drawn in the wrong colours). The choice stands in a
// cookie, which the server reads for the next page; without one the system decides, also when it changes its mind.
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => /(?:^|; )cs-theme=(dark|light)/.exec(document.cookie)?.[1] ?? null;
  const remember = (name, value) => {
    document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax`;
  };

  const show = () => {
    root.dataset.theme = chosen() ?? (system.matches ? "dark" : "light");
  };
  show();
  system.addEventListener("change", show);

  const density = /(?:^|; )cs-density=(dense)/.exec(document.cookie)?.[1];
  if (density) root.dataset.density = density;

  // The listener is here and not in the circuit: the theme can be changed while the server is away.
  document.addEventListener("click", event => {
    if (!event.target.closest?.("[data-theme-toggle]")) return;
    remember("cs-theme", root.dataset.theme === "dark" ? "light" : "dark");
    show();
  });
  document.addEventListener("controlsurface:density", () => {
    if (root.dataset.density === "dense") delete root.dataset.density;
    else root.dataset.density = "dense";
    remember("cs-density", root.dataset.density ?? "normal");
  });
})();
