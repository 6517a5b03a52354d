/**
 * The sign-in link carries its token in the fragment, which no server sees. Take it from there into
 * the form and hide the field: one press of the button remains. Only the button uses the link up,
 * so that programs which open links in mails cannot.
 */
export function confirmFromFragment(page: Document, address: Location, past: History): void {
  const form = page.querySelector<HTMLFormElement>("form[data-confirm]");
  const token = decodeURIComponent(address.hash.slice(1));
  const field = form?.querySelector<HTMLInputElement>("input[name=token]");
  const block = form?.querySelector<HTMLElement>("[data-confirm-code]");
  if (!form || !field || !block || !token) return;
  field.value = token;
  block.hidden = true;
  // The token must not stay in the address bar or the history of a shared machine.
  past.replaceState(null, "", address.pathname);
  form.querySelector<HTMLButtonElement>("button[type=submit]")?.focus();
}
