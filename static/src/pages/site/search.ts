/**
 * Shows organisations while somebody types: the same list of radio buttons the server makes for
 * the search button. Names repeat, so nothing is ever picked for the person.
 */
const PAUSE_MS = 250;
const SHORTEST = 2;

interface Hit {
  guid: string;
  name: string;
  detail: string;
}

export function searchWhileTyping(page: Document): void {
  const field = page.querySelector<HTMLInputElement>("input[data-search]");
  const choice = page.querySelector<HTMLFormElement>("form[data-hits]");
  const list = choice?.querySelector<HTMLElement>("[data-hits-list]");
  const count = page.querySelector<HTMLElement>("[data-hits-count]");
  const url = field?.dataset.search;
  if (!field || !choice || !list || !count || !url) return;
  let timer = 0;
  let asked = 0;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(async () => {
      const number = ++asked;
      const words = field.value.trim();
      const hits = words.length < SHORTEST ? [] : await found(url, words);
      // A slow answer must not replace the answer to what was typed later.
      if (hits === null || number !== asked) return;
      list.replaceChildren(...hits.map(row));
      choice.hidden = hits.length === 0;
      count.textContent = words.length < SHORTEST ? "" : said(count, hits.length);
    }, PAUSE_MS);
  });
}

async function found(url: string, words: string): Promise<Hit[] | null> {
  try {
    const answer = await fetch(`${url}?q=${encodeURIComponent(words)}`);
    return answer.ok ? ((await answer.json()) as Hit[]) : null;
  } catch {
    // Offline: the search button still says so in its own way.
    return null;
  }
}

function said(count: HTMLElement, number: number): string {
  const text = number === 1 ? count.dataset.one : count.dataset.many;
  return (text ?? "").replace("{number}", String(number));
}

function row(hit: Hit, index: number): HTMLElement {
  const made = document.createElement("div");
  made.className = "choice";
  const radio = document.createElement("input");
  Object.assign(radio, { type: "radio", name: "organisation", id: `hit-${index + 1}` });
  radio.value = hit.guid;
  radio.required = true;
  const label = document.createElement("label");
  label.htmlFor = radio.id;
  const detail = document.createElement("small");
  detail.textContent = hit.detail;
  label.append(hit.name, detail);
  made.append(radio, label);
  return made;
}
