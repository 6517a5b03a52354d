/** The presenter's view. */

import { decksOnPage } from "../views/decks.ts";
import { mount } from "../views/mount.tsx";
import { PresentView } from "../views/present.tsx";

const decks = decksOnPage(document);
void mount(() => <PresentView decks={decks} />);
