// Buttons that copy what is shown: data-copy names the element whose text it is.

import { sayNow } from "./say.js";

export function startCopying() {
  document.addEventListener("click", event => {
    const button = event.target.closest?.("[data-copy]");
    const shown = button && document.getElementById(button.dataset.copy);
    if (shown) copy(shown, button);
  });
}

async function copy(shown, button) {
  const copied = (await toClipboard(shown.textContent.trim())) || selected(shown);
  button.textContent = copied ? "Copied" : "Select it and copy";
  sayNow(copied ? "Copied" : "It is selected: copy it with the keyboard");
}

async function toClipboard(text) {
  try {
    await navigator.clipboard.writeText(text); // only where the page came over https or from this machine
    return true;
  } catch {
    return false;
  }
}

function selected(shown) {
  getSelection()?.selectAllChildren(shown);
  return document.execCommand("copy");
}
