/**
 * The form that uploads a file: progress, going on after a broken line or a reload, cancelling.
 *
 * Progress is announced in quarters. Going on after a reload needs nothing kept in the browser: the
 * page names unfinished uploads, and choosing the same file again takes up the one of its name and
 * size.
 */
import { type Answer, type Line, type News, quarter, send } from "../../adapters/upload.ts";

interface Parts {
  readonly form: HTMLFormElement;
  readonly file: HTMLInputElement;
  readonly running: HTMLElement;
  readonly progress: HTMLProgressElement;
  readonly said: HTMLElement;
  readonly error: HTMLElement;
  readonly submit: HTMLButtonElement;
  readonly cancel: HTMLButtonElement;
  readonly next: HTMLAnchorElement;
}

interface Begun {
  readonly upload: string;
  readonly material: string;
}

export function uploadFiles(page: Document): void {
  for (const form of page.querySelectorAll<HTMLFormElement>("form[data-upload]")) {
    const parts = partsOf(form);
    if (parts) listen(page, parts);
  }
}

function partsOf(form: HTMLFormElement): Parts | null {
  const file = form.querySelector<HTMLInputElement>("input[type=file]");
  const running = form.querySelector<HTMLElement>("[data-upload-running]");
  const progress = form.querySelector("progress");
  const said = form.querySelector<HTMLElement>("[data-upload-said]");
  const error = form.querySelector<HTMLElement>("[data-upload-error]");
  const submit = form.querySelector<HTMLButtonElement>("button[type=submit]");
  const cancel = form.querySelector<HTMLButtonElement>("[data-upload-cancel]");
  const next = form.querySelector<HTMLAnchorElement>("[data-upload-next]");
  if (!file || !running || !progress || !said || !error || !submit || !cancel || !next) return null;
  return { form, file, running, progress, said, error, submit, cancel, next };
}

function listen(page: Document, parts: Parts): void {
  parts.form.hidden = false;
  parts.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const file = parts.file.files?.[0];
    if (file) void upload(page, parts, file);
  });
}

async function upload(page: Document, parts: Parts, file: File): Promise<void> {
  const line = new HttpLine();
  const cancel = (): void => line.cancel();
  parts.cancel.addEventListener("click", cancel);
  busy(parts, true);
  try {
    await run(page, parts, file, line);
  } catch {
    fail(parts, "");
  } finally {
    parts.cancel.removeEventListener("click", cancel);
    busy(parts, false);
  }
}

async function run(page: Document, parts: Parts, file: File, line: HttpLine): Promise<void> {
  const begun = await begin(page, parts, file);
  if (typeof begun === "string") return fail(parts, begun);
  const end = await send(file, begun.upload, line, hear(parts, file.size));
  if (end.kind === "refused") return fail(parts, end.detail);
  if (end.kind === "cancelled") {
    await fetch(begun.upload, { method: "DELETE" });
    parts.said.textContent = parts.form.dataset.cancelled ?? "";
    return;
  }
  parts.said.textContent = parts.form.dataset.ready ?? "";
  parts.next.href = `/materials/${begun.material}/edit`;
  parts.next.hidden = false;
  parts.form.reset();
}

/** Where to send it; or, as a text, why it is not taken. */
async function begin(page: Document, parts: Parts, file: File): Promise<Begun | string> {
  for (const left of page.querySelectorAll<HTMLDataElement>("data[data-unfinished]")) {
    const same = left.dataset.unfinished === file.name && Number(left.dataset.size) === file.size;
    if (same) return begunOf(await fetch(left.value));
  }
  const body = JSON.stringify({ name: file.name, size: file.size, type: typeOf(parts, file) });
  return begunOf(await fetch(parts.form.dataset.upload ?? "", { method: "POST", body }));
}

async function begunOf(answer: Response): Promise<Begun | string> {
  const body = (await answer.json()) as Begun & { detail?: string };
  return answer.ok ? body : (body.detail ?? "");
}

/** Browsers know no type for office files on machines without an office. */
function typeOf(parts: Parts, file: File): string {
  const ending = file.name.split(".").pop()?.toLowerCase();
  const known = (parts.form.dataset.endings ?? "").split(" ").map((pair) => pair.split("="));
  return file.type || (known.find(([each]) => each === ending)?.[1] ?? "");
}

function hear(parts: Parts, size: number): (news: News) => void {
  let before = 0;
  return (news) => {
    const words = parts.form.dataset;
    if (news.kind === "sent") {
      parts.progress.value = (news.bytes / size) * 100;
      const passed = quarter(before, news.bytes, size);
      before = news.bytes;
      if (passed !== null) {
        parts.said.textContent = (words.percent ?? "").replace("{percent}", String(passed));
      }
    } else {
      parts.said.textContent = (news.kind === "resuming" ? words.resuming : words.checking) ?? "";
    }
  };
}

function busy(parts: Parts, running: boolean): void {
  const inside = parts.form.contains(document.activeElement);
  parts.running.hidden = !running;
  parts.cancel.hidden = !running;
  parts.submit.disabled = running;
  parts.file.disabled = running;
  if (running) {
    parts.error.hidden = true;
    parts.next.hidden = true;
    parts.said.textContent = "";
    parts.progress.value = 0;
  }
  // A button that is gone or disabled loses the focus; it stays with what can be done now.
  if (inside) {
    const target = running ? parts.cancel : parts.next.hidden ? parts.file : parts.next;
    target.focus();
  }
}

function fail(parts: Parts, detail: string): void {
  parts.said.textContent = "";
  parts.error.textContent = detail || (parts.form.dataset.failed ?? "");
  parts.error.hidden = false;
}

/** The way to the server by fetch. */
class HttpLine implements Line {
  readonly #stop = new AbortController();

  get cancelled(): boolean {
    return this.#stop.signal.aborted;
  }

  cancel(): void {
    this.#stop.abort();
  }

  async put(where: string, piece: Blob, from: number, size: number): Promise<Answer> {
    const range = `bytes ${from}-${from + piece.size - 1}/${size}`;
    const headers = { "content-range": range, "content-type": "application/octet-stream" };
    const { signal } = this.#stop;
    return await read(await fetch(where, { method: "PUT", body: piece, headers, signal }));
  }

  async look(where: string): Promise<Answer> {
    return await read(await fetch(where, { cache: "no-store", signal: this.#stop.signal }));
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
  }

  chance(): number {
    return Math.random();
  }
}

async function read(answer: Response): Promise<Answer> {
  const offset = answer.headers.get("upload-offset");
  const body = (await answer.json().catch(() => ({}))) as Partial<Answer>;
  return {
    status: answer.status,
    offset: offset === null ? null : Number(offset),
    state: body.state ?? "",
    detail: body.detail ?? "",
  };
}
