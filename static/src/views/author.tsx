/** Who said it. The office beside a name comes from the server: a name alone can be chosen freely. */

import type { OfficeKind, QuestionView } from "../protocol/generated.ts";
import { usePlace } from "./context.ts";

export function Office({ office }: { office: OfficeKind | undefined }) {
  const { speech } = usePlace();
  if (office === undefined) return null;
  return <span class="room-office">{speech.say(`office.${office}`)}</span>;
}

export function hasAsker({ unnamed, author }: QuestionView): boolean {
  return unnamed === true || author !== undefined;
}

/** Who asked: name, office, organisation; or that the question has no name. */
export function Asker({ question }: { question: QuestionView }) {
  const { speech } = usePlace();
  const { author } = question;
  if (question.unnamed === true) return speech.say("question.unnamed");
  if (author === undefined) return null;
  return (
    <>
      {author.name}
      {author.office ? " " : author.organisation && ", "}
      <Office office={author.office} />
      {author.organisation && author.office && " "}
      {author.organisation}
    </>
  );
}
