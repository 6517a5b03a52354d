/** The page of the moderator's desk. */

import { DeskView } from "../views/desk.tsx";
import { mount } from "../views/mount.tsx";

void mount(DeskView);
