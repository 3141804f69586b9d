// A table as a file: what stands on the page, cell by cell, so that the file and the page cannot differ; or rows that the page was made from.

// The rules of Api/Tables.cs, which says why: every field in quotes, no formula, and no text that a spreadsheet turns into a number or a date.
const formula = /^[=+\-@\t\r\n]/;
const numeric = /^[0-9][0-9 .,:/eE-]*$/;
const month = /^([0-9]{1,4}[ -]?)?(jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)([ -]?[0-9]{1,4})?$/i;

function field(text, isNumber) {
  const quoted = text.replaceAll('"', '""');
  if (isNumber) return `"${quoted}"`;
  if (text.length <= 60 && (numeric.test(text) || month.test(text))) return `"=""${quoted}"""`;
  return formula.test(text) ? `"'${quoted}"` : `"${quoted}"`;
}

function cell(one) {
  const text = (one.dataset.value ?? one.textContent).replace(/\s+/g, " ").trim();
  return field(text, one.classList.contains("number") && /^-?\d+(\.\d+)?$/.test(text));
}

/** The rows of a table as lines; a cell's own value where it has one, else its words. */
export function csvOf(table) {
  return [...table.rows].map(row => [...row.cells].map(cell).join(",")).join("\r\n");
}

function save(name, lines) {
  const address = URL.createObjectURL(new Blob([`\ufeff${lines}\r\n`], { type: "text/csv;charset=utf-8" }));
  const link = Object.assign(document.createElement("a"), { href: address, download: `${name}.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Saves rows of values: a number is one, and all else is text. */
export function saveTable(name, rows) {
  save(name, rows.map(row => row.map(one => field(String(one ?? ""), typeof one === "number")).join(",")).join("\r\n"));
}

export function startCsv() {
  document.addEventListener("click", event => {
    const button = event.target.closest?.("[data-csv]");
    const table = button && document.getElementById(button.dataset.csv);
    if (table) save(table.dataset.name, csvOf(table));
  });
}
