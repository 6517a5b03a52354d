/**
 * Small comforts of the server's pages. Every page is complete without this file.
 *
 * Each part looks for its place in the page and does nothing where there is none.
 */
import { forgetOnSignOut } from "../adapters/written.ts";
import { confirmFromFragment } from "./site/confirm.ts";
import { offerFeedback } from "./site/feedback.ts";
import { filterLists } from "./site/filter.ts";
import { keepFresh } from "./site/fresh.ts";
import { nextSession } from "./site/next.ts";
import { followClock } from "./site/now.ts";
import { followProgramme } from "./site/programme.ts";
import { sendQuietly } from "./site/quiet.ts";
import { startAtError } from "./site/refused.ts";
import { searchWhileTyping } from "./site/search.ts";
import { uploadFiles } from "./site/upload.ts";

confirmFromFragment(document, location, history);
followClock(document, () => Date.now());
followProgramme(
  document,
  nextSession(document, () => sessionStorage),
);
filterLists(document);
keepFresh(document);
offerFeedback(document, () => Date.now());
searchWhileTyping(document);
sendQuietly(document);
startAtError(document);
uploadFiles(document);
forgetOnSignOut(document, () => [localStorage, sessionStorage]);
