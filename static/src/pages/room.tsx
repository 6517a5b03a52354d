/** The page of a room. */

import { mount } from "../views/mount.tsx";
import { RoomView } from "../views/room.tsx";

void mount(RoomView);
