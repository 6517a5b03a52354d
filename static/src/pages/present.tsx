/** The presenter's view. */

import { mount } from "../views/mount.tsx";
import { decksOnPage, PresentView } from "../views/present.tsx";

const decks = decksOnPage(document);
void mount(() => <PresentView decks={decks} />);
