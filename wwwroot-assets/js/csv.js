// A table as a file: what stands on the page, cell by cell, so that the file and the page cannot differ.

// A spreadsheet would take such a cell for a formula.
const safe = text => (/^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text);
const cell = text => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The rows of a table as lines; a cell's own value where it has one, else its words. */
export function csvOf(table) {
  return [...table.rows]
    .map(row =>
      [...row.cells]
        .map(one => cell(safe((one.dataset.value ?? one.textContent).replace(/\s+/g, " ").trim())))
        .join(","),
    )
    .join("\r\n");
}

export function startCsv() {
  document.addEventListener("click", event => {
    const button = event.target.closest?.("[data-csv]");
    const table = button && document.getElementById(button.dataset.csv);
    if (!table) return;
    const address = URL.createObjectURL(new Blob([`\ufeff${csvOf(table)}\r\n`], { type: "text/csv;charset=utf-8" }));
    const link = Object.assign(document.createElement("a"), { href: address, download: `${table.dataset.name}.csv` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  });
}
