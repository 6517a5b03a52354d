/** What a moderator can do with a question, by state and right; the same by button and by key. */

import type { Permission, QuestionView, RoomCommand } from "../protocol/generated.ts";
import type { TextCode } from "./texts.ts";

export interface Act {
  readonly label: TextCode;
  readonly key: string;
  readonly main?: boolean;
  /** Absent: the act asks for a reason first. */
  readonly command?: RoomCommand;
}

export function actsOn(
  question: QuestionView,
  onAir: string | null,
  may: (permission: Permission) => boolean,
): readonly Act[] {
  const { id, revision } = question;
  const at = { question: id, revision };
  const moderates = may("question.moderate");
  const directs = may("stage.direct");
  const approve: Act = {
    label: "desk.approve",
    key: "a",
    main: true,
    command: { type: "question.approve", ...at },
  };
  const dismiss: Act = { label: "desk.dismiss", key: "d" };
  const restore: Act = {
    label: "desk.restore",
    key: "a",
    command: { type: "question.restore", ...at },
  };
  const next: Act = {
    label: "desk.next",
    key: "n",
    main: true,
    command: { type: "question.next", ...at, ...(onAir === null ? {} : { leaving: onAir }) },
  };
  const put: Act = {
    label: "desk.put_on_air",
    key: "o",
    main: onAir === null,
    command: { type: "question.on_air", ...at },
  };
  const answered: Act = {
    label: "desk.mark_answered",
    key: "w",
    main: true,
    command: { type: "question.answered", ...at },
  };
  const off: Act = {
    label: "desk.off_air",
    key: "o",
    command: { type: "question.off_air", ...at },
  };
  switch (question.state) {
    case "pending":
      return moderates ? [approve, dismiss] : [];
    case "published":
      return [
        ...(directs ? (onAir === null ? [put] : [next, put]) : []),
        ...(moderates ? [dismiss] : []),
      ];
    case "on_air":
      return [...(directs ? [answered, off] : []), ...(moderates ? [dismiss] : [])];
    case "dismissed":
      return moderates ? [restore] : [];
    default:
      return [];
  }
}
