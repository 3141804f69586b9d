// What a screen reader is told. Polite words are gathered: at most one message in five seconds. Assertive ones are said at once.

const waiting = [];
let last = 0;
let timer = null;

/** Says it in the polite region, with whatever else has been gathered. */
export function say(words) {
  if (waiting.length < 20) waiting.push(words); // nobody listens to more than that
  if (timer === null) timer = setTimeout(flush, Math.max(100, last + 5000 - Date.now()));
}

/** Says it at once: your lease was taken, the connection is lost or back, a newer version of what you read. */
export function sayNow(words) {
  put("say-now", words);
}

function flush() {
  timer = null;
  last = Date.now();
  put("say", waiting.splice(0).join(", "));
}

function put(id, words) {
  const region = document.getElementById(id);
  if (region) region.textContent = words;
}
