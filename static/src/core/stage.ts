/** What is on the stage, and what whoever presents has asked for. */

import type { RoomCommand } from "../protocol/generated.ts";

/**
 * The page a deck stands at once all is carried out that was asked: whoever presses twice turns
 * twice, also before the first turn is answered.
 */
export function aimedAt(deck: string, page: number, asked: readonly RoomCommand[]): number {
  return asked.reduce(
    (at, command) => (command.type === "stage.turn" && command.deck === deck ? command.page : at),
    page,
  );
}
