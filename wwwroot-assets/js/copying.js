// Buttons that copy what is shown, and links that mail it: data-copy and data-mail name the elements whose texts it is, in their order.
// A field gives what stands in it, and nothing where it is empty.

import { sayNow } from "./say.js";

// Programs for mail take an address of about 2,000 characters; what is longer is cut off by some of them without a word.
const LONGEST_ADDRESS = 1900;

export function startCopying() {
  document.addEventListener("click", event => {
    const button = event.target.closest?.("[data-copy]");
    if (button && partsOf(button.dataset.copy).length > 0) copy(partsOf(button.dataset.copy), button);
  });
  // Before the link is followed, by hand or by key, and for those who read where it leads.
  for (const when of ["pointerdown", "focusin"])
    document.addEventListener(when, event => {
      const link = event.target.closest?.("[data-mail]");
      if (link) link.href = mailOf(link);
    });
}

const partsOf = names =>
  names
    .split(" ")
    .map(name => document.getElementById(name))
    .filter(part => part !== null);

const textOf = part => (part.value ?? part.textContent).trim();

const join = texts => texts.filter(text => text.length > 0).join("\n\n");

// A part with data-long is left out where all of it would be too long; data-short stands for what is left out then.
function mailOf(link) {
  const parts = partsOf(link.dataset.mail);
  const to = texts =>
    `mailto:?subject=${encodeURIComponent(link.dataset.subject)}&body=${encodeURIComponent(join(texts))}`;
  const whole = to(parts.map(textOf));
  if (whole.length <= LONGEST_ADDRESS) return whole;
  return to(parts.map(part => part.dataset.short ?? textOf(part)));
}

async function copy(parts, button) {
  const text = join(parts.map(textOf));
  const copied = (await toClipboard(text)) || (parts.length === 1 ? selected(parts[0]) : taken(text, button));
  const words = button.textContent;
  button.textContent = copied ? "Copied" : "Select it and copy";
  button.addEventListener("blur", () => (button.textContent = words), { once: true });
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

// Several cannot be selected at once where they stand.
function taken(text, button) {
  const field = Object.assign(document.createElement("textarea"), { value: text });
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  button.focus();
  return copied;
}
