// Whom the reader asked or handed work to lately: the newest first, in this browser alone.

const MOST = 5;

const keyOf = () => `cs-recent:${document.getElementById("drafts")?.dataset.who ?? ""}`;

export function recent() {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf()) ?? "[]");
    return Array.isArray(kept) ? kept.filter(one => typeof one === "string").slice(0, MOST) : [];
  } catch {
    return []; // a browser that keeps nothing, or a value that is not ours
  }
}

export function chosen(who) {
  try {
    const kept = [who, ...recent().filter(one => one !== who)].slice(0, MOST);
    localStorage.setItem(keyOf(), JSON.stringify(kept));
  } catch {
    // The browser keeps nothing: then nobody stands first.
  }
}
