// Starts everything, then Blazor. The page is whole before this runs: what it adds is life.

import { startClock } from "./clock.js";
import { circuit, setWritable, startConnection, started } from "./connection.js";
import { startCopying } from "./copying.js";
import { narrow, showCurrent, showRow } from "./diff.js";
import { open, startDialogs } from "./dialogs.js";
import { startKeys } from "./keys.js";
import { startPalette } from "./palette.js";
import { startRows } from "./rows.js";
import { say, sayNow } from "./say.js";
import { unread } from "./unread.js";

// What Browser.cs calls.
window.controlSurface = {
  started,
  writable: setWritable,
  open,
  say,
  sayNow,
  unread,
  narrow,
  showRow,
  showCurrent,
  selected: () => getSelection()?.toString() ?? "",
};

if (document.body.dataset.static === undefined) startConnection(); // a plain page has no line to lose
startClock();
startCopying();
startDialogs();
startPalette();
startKeys();
startRows();

await Blazor.start({ circuit });
