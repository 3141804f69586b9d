// The values of a chart under the pointer or the finger. They are read from the same chart's table, so the two cannot differ; who does
// not see the chart has the table itself.

let words;
let mark;

function make(name) {
  const element = document.createElement("div");
  element.className = name;
  element.setAttribute("aria-hidden", "true");
  document.body.append(element);
  return element;
}

function hide() {
  words?.toggleAttribute("hidden", true);
  mark?.toggleAttribute("hidden", true);
}

// The newest stands at the top of the table and at the right of the chart, which says between which two places its lines run.
function rowAt(rows, plot, box, x) {
  const [left, right] = plot.dataset.plot.split(" ").map(Number);
  const style = getComputedStyle(plot);
  const padding = parseFloat(style.paddingLeft);
  const scale = (box.width - padding - parseFloat(style.paddingRight)) / plot.viewBox.baseVal.width;
  const from = box.left + padding + left * scale;
  const width = (right - left) * scale;
  const share = Math.min(1, Math.max(0, (x - from) / width));
  const place = Math.round(share * (rows.length - 1));
  return { row: rows[rows.length - 1 - place], x: from + (width * place) / (rows.length - 1) };
}

function show(event) {
  const plot = event.target.closest?.("svg[data-plot]");
  const table = plot?.closest(".chart")?.querySelector("table");
  if (!table || table.tBodies[0].rows.length < 2) return hide();
  words ??= make("plot-words");
  mark ??= make("plot-mark");
  const box = plot.getBoundingClientRect();
  const { row, x } = rowAt(table.tBodies[0].rows, plot, box, event.clientX);
  const names = [...table.tHead.rows[0].cells].map(cell => cell.textContent);
  const [at, ...values] = [...row.cells].map(cell => cell.textContent.trim());
  words.textContent = [at, ...values.map((value, k) => `${names[k + 1]} ${value}`)].join("\n");
  words.toggleAttribute("hidden", false);
  mark.toggleAttribute("hidden", false);
  Object.assign(mark.style, { left: `${x}px`, top: `${box.top}px`, height: `${box.height}px` });
  const beside = x + 10 + words.offsetWidth > innerWidth ? x - 10 - words.offsetWidth : x + 10;
  Object.assign(words.style, { left: `${Math.max(4, beside)}px`, top: `${Math.max(4, box.top + 8)}px` });
}

export function startPlot() {
  document.addEventListener("pointermove", show, { passive: true });
  document.addEventListener("pointerdown", show, { passive: true });
  document.addEventListener("scroll", hide, { passive: true, capture: true });
  document.addEventListener("keydown", event => event.key === "Escape" && hide());
}
