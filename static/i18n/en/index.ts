import offices from "./offices.json";
import texts from "./room.json";

export { default as access } from "./access.json";
export { default as refusals } from "./refusals.json";
export const room = { ...texts, ...offices };
