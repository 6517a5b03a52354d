/** Text with its http(s) links. Always text, never markup. */

import { linked } from "../core/text.ts";

const REL = "noopener noreferrer nofollow ugc";

export function Linked({ text }: { text: string }) {
  return (
    <>
      {linked(text).map((part) =>
        part.href === undefined ? (
          part.text
        ) : (
          <a href={part.href} rel={REL} target="_blank">
            {part.text}
          </a>
        ),
      )}
    </>
  );
}
