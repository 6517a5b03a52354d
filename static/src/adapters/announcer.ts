/**
 * What a screen reader is told, and when (rooms page, A2–A4). Pure: time comes in, announcements
 * come out; `live_regions.ts` puts them on the page.
 */

export type Level = "off" | "personal" | "summary" | "everything";
export const LEVELS: readonly Level[] = ["off", "personal", "summary", "everything"];

export type News =
  /** A message by somebody else. */
  | { readonly kind: "message"; readonly name: string; readonly text: string }
  /** Concerns this person: own question approved, on air, dismissed, answered. */
  | { readonly kind: "personal"; readonly text: string }
  /** The room's stage: what is on air now. */
  | { readonly kind: "stage"; readonly text: string }
  /** Own failure, sanction, connection lost for long or back. */
  | { readonly kind: "urgent"; readonly text: string };

export interface Announcement {
  readonly urgency: "polite" | "assertive";
  readonly text: string;
}

/** Words the announcer needs: "7 neue Nachrichten". */
export type Counted = (messages: number) => string;

export const SUMMARY_MS = 5_000;
export const EVERYTHING_MS = 2_000;
const LONGEST = 200;
const TEXTS = 5;

interface Heard {
  readonly name: string;
  readonly text: string;
}

export class Announcer {
  level: Level;
  readonly #counted: Counted;
  #messages: Heard[] = [];
  #opened = 0;

  constructor(level: Level, counted: Counted) {
    this.level = level;
    this.#counted = counted;
  }

  /** News arrived. Returns what is to be said at once. */
  hear(news: News, now: number): readonly Announcement[] {
    switch (news.kind) {
      case "urgent":
        return [{ urgency: "assertive", text: news.text }];
      case "personal":
        return this.level === "off" ? [] : [{ urgency: "polite", text: news.text }];
      case "stage":
        return this.#wantsRoom() ? [{ urgency: "polite", text: news.text }] : [];
      case "message":
        if (!this.#wantsRoom()) return [];
        if (this.#messages.length === 0) this.#opened = now;
        this.#messages.push({ name: news.name, text: news.text });
        return [];
    }
  }

  /** When `due` should be asked next; null: nothing is waiting. */
  nextAt(): number | null {
    return this.#messages.length === 0 ? null : this.#opened + this.#pause();
  }

  /** What is to be said of the messages gathered so far. */
  due(now: number): readonly Announcement[] {
    const next = this.nextAt();
    if (next === null || now < next) return [];
    const gathered = this.#messages;
    this.#messages = [];
    if (!this.#wantsRoom()) return [];
    const texts = this.level === "everything" ? this.#each(gathered) : [this.#summary(gathered)];
    return texts.map((text) => ({ urgency: "polite", text }));
  }

  #wantsRoom(): boolean {
    return this.level === "summary" || this.level === "everything";
  }

  #pause(): number {
    return this.level === "everything" ? EVERYTHING_MS : SUMMARY_MS;
  }

  #summary(gathered: readonly Heard[]): string {
    const [only] = gathered;
    return gathered.length === 1 && only ? spoken(only) : this.#counted(gathered.length);
  }

  #each(gathered: readonly Heard[]): readonly string[] {
    const rest = gathered.length - TEXTS;
    const texts = gathered.slice(0, TEXTS).map(spoken);
    return [[...texts, ...(rest > 0 ? [this.#counted(rest)] : [])].join(" · ")];
  }
}

function spoken({ name, text }: Heard): string {
  const whole = `${name}: ${text}`;
  const characters = [...whole];
  return characters.length <= LONGEST ? whole : `${characters.slice(0, LONGEST - 1).join("")}…`;
}
