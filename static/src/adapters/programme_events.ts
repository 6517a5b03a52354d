/** Between the room's program and the site's: two programs of one page that share nothing else. */

/** The room was told that the programme was released anew. */
export const RELEASED = "plenum:released";
/**
 * The page shows something new that a screen reader should say, politely; `detail` is the text.
 * Whoever says it cancels the event, so that it is said once.
 */
export const TOLD = "plenum:told";
/** The page shows it; `detail` says in words what changed. */
export const CHANGED = "plenum:changed";
