// What is selected in a text under review, and where: the line and the column of the text itself, not of what is drawn.

/** The place of a point of the page in the new text; null where there is no line of it. */
function placeOf(node, offset) {
  const line = (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest?.(".text[data-line]");
  if (!line) return null;
  const range = document.createRange();
  range.setStart(line, 0);
  range.setEnd(node, offset);
  const before = document.createElement("div");
  before.append(range.cloneContents());
  // A tag stands for its character; what cannot be sent to a browser is counted.
  const lost = [...before.querySelectorAll("[data-lost]")].reduce((sum, one) => sum + Number(one.dataset.lost), 0);
  before.querySelectorAll(".hidden-code, .end-note, .comment-mark").forEach(drawn => drawn.remove());
  return { line: Number(line.dataset.line), column: Number(line.dataset.from) + before.textContent.length + lost };
}

/** The selected words, with where they begin and end in the text where that is known. */
export function selected() {
  const selection = getSelection();
  if (!selection || selection.rangeCount === 0) return { text: "" };
  const range = selection.getRangeAt(0);
  return {
    text: selection.toString(),
    start: placeOf(range.startContainer, range.startOffset),
    end: placeOf(range.endContainer, range.endOffset),
  };
}
