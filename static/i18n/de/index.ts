export { default as access } from "./access.json";
export { default as refusals } from "./refusals.json";
export { default as room } from "./room.json";
