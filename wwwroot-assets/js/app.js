// Starts everything, then Blazor. The page is whole before this runs: what it adds is life.

import { startClock, zone } from "./clock.js";
import { circuit, setWritable, startConnection, started } from "./connection.js";
import { startBack } from "./back.js";
import { startCopying } from "./copying.js";
import { saveTable, startCsv } from "./csv.js";
import { narrow, showRow } from "./diff.js";
import { open, popoversAreBack, startDialogs } from "./dialogs.js";
import { draftAside, draftRead, draftRefused, startDrafts } from "./drafts.js";
import { startFocus } from "./focus.js";
import { focusField, focusHeading } from "./heading.js";
import { startHints } from "./hints.js";
import { startKeys } from "./keys.js";
import { focusBack, focusMenu, startMenus } from "./menus.js";
import { startNotices } from "./notices.js";
import { startPalette } from "./palette.js";
import { startPeople } from "./people.js";
import { startPictures } from "./pictures.js";
import { startPlot } from "./plot.js";
import { chosen, recent } from "./recent.js";
import { focusList, focusRow, startRows } from "./rows.js";
import { focusOn, focusText, selected, startSelection } from "./selection.js";
import { say, sayNow } from "./say.js";
import { instant, leftAt, local, startSince } from "./since.js";
import { outOfSight, startSight, unseen } from "./sight.js";
import { unread } from "./unread.js";

// What Browser.cs calls.
window.controlSurface = {
  started,
  writable: setWritable,
  open,
  popoversAreBack,
  saveTable,
  recent,
  chosen,
  focusField,
  focusHeading,
  focusBack,
  focusList,
  focusRow,
  focusMenu,
  say,
  sayNow,
  unread,
  narrow,
  showRow,
  outOfSight,
  unseen,
  draftRead,
  draftRefused,
  draftAside,
  selected,
  focusOn,
  focusText,
  leftAt,
  instant,
  local,
  zone,
};

if (document.body.dataset.static === undefined) startConnection(); // a plain page has no line to lose
startClock();
startBack();
startCopying();
startCsv();
startDialogs();
startDrafts();
startFocus();
startHints();
startMenus();
startNotices();
startPalette();
startPeople();
startPictures();
startPlot();
startKeys();
startRows();
startSelection();
startSight();
startSince();

await Blazor.start({ circuit });
