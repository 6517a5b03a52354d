/** Texts by code, in the language of the page. */

import type accessTexts from "../../i18n/de/access.json";
import type officeTexts from "../../i18n/de/offices.json";
import type refusalTexts from "../../i18n/de/refusals.json";
import type roomTexts from "../../i18n/de/room.json";
import type { Code, Out, Refusal } from "../protocol/generated.ts";

export type TextCode = keyof typeof roomTexts | keyof typeof officeTexts;
type Reason = Pick<Out, "rule" | "next_step">;
type RefusalCode = keyof typeof refusalTexts;
export type Language = "de" | "en";
export type Values = Readonly<Record<string, string | number>>;

export interface Texts {
  readonly language: Language;
  readonly room: Readonly<Record<TextCode, string>>;
  readonly refusals: Readonly<Record<RefusalCode, string>>;
  /** Rules of the policy and next steps; a newer server may know more of them. */
  readonly access: Readonly<Record<keyof typeof accessTexts, string>>;
}

/** One small file a language, so that nobody loads the other one. */
export async function loadTexts(wanted: string | undefined): Promise<Texts> {
  const language: Language = wanted === "en" ? "en" : "de";
  const load =
    language === "en" ? import("../../i18n/en/index.ts") : import("../../i18n/de/index.ts");
  const { room, refusals, access } = await load;
  return { language, room, refusals, access };
}

const ZONE = "Europe/Berlin";

/** Speaks one language: sentences, counts, times. */
export class Speech {
  readonly language: Language;
  readonly #texts: Texts;
  readonly #clock: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #zone: Intl.DateTimeFormat;

  constructor(texts: Texts) {
    this.#texts = texts;
    this.language = texts.language;
    const locale = texts.language === "de" ? "de-DE" : "en-GB";
    const clock = { hour: "2-digit", minute: "2-digit", timeZone: ZONE } as const;
    this.#clock = new Intl.DateTimeFormat(locale, clock);
    this.#day = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeZone: ZONE });
    this.#zone = new Intl.DateTimeFormat(locale, { timeZoneName: "short", timeZone: ZONE });
  }

  say(code: TextCode, values: Values = {}): string {
    return filled(this.#texts.room[code], values);
  }

  /** "1 Stimme", "7 Stimmen": `code.one` and `code.other`. */
  count<C extends string>(code: C & Counted, n: number, values: Values = {}): string {
    const form = (n === 1 ? `${code}.one` : `${code}.other`) as TextCode;
    return this.say(form, { n, ...values });
  }

  time(at: number): string {
    return this.#clock.format(at);
  }

  /** With the day, where it is not today's. */
  moment(at: number, now: number): string {
    const day = this.#day.format(at);
    return day === this.#day.format(now) ? this.time(at) : `${day}, ${this.time(at)}`;
  }

  /** "MEZ" or "MESZ": times are those of the conference, wherever the reader sits. */
  zone(at: number): string {
    const parts = this.#zone.formatToParts(at);
    return parts.find((part) => part.type === "timeZoneName")?.value ?? "";
  }

  /** Why something was refused, and what to do now. */
  refusal(error: Refusal, now: number): string {
    const { code, limit, retry_after_ms, until, by } = error;
    const seconds = Math.max(1, Math.ceil((retry_after_ms ?? 1_000) / 1_000));
    const values = {
      limit: limit ?? "",
      seconds,
      until: until === undefined ? "" : this.moment(until, now),
      by: by ?? "",
    };
    return filled(this.#texts.refusals[refusalCode(code, error)], values);
  }

  /** Why something is not for somebody, and what helps. Null: this page does not know the reason. */
  why({ rule, next_step }: Reason): readonly [rule: string, step: string] | null {
    const said: Readonly<Record<string, string>> = this.#texts.access;
    const reason = said[`rule.${rule}`];
    const step = said[`step.${next_step}`];
    return reason === undefined || step === undefined ? null : [reason, step];
  }
}

/** Some refusals say more when more is known. */
function refusalCode(code: Code, { until, by }: Refusal): RefusalCode {
  if (code === "muted" && until === undefined) return "muted.open";
  if (code === "conflict" && by !== undefined) return "conflict.by";
  return code;
}

type Counted = TextCode extends infer T ? (T extends `${infer C}.one` ? C : never) : never;

function filled(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/gu, (whole, name: string) => String(values[name] ?? whole));
}
