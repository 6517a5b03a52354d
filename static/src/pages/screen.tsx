/** The page of the big screen. */

import { passing } from "../adapters/outside.ts";
import { mount } from "../views/mount.tsx";
import { ScreenView } from "../views/screen.tsx";
import { screenTarget } from "../views/screen_token.ts";

const target = screenTarget(location.hash, passing());
// The token leaves the address bar, which everybody in the hall can read.
history.replaceState(null, "", location.pathname + location.search);
void mount(ScreenView, { ...target, silent: true });
