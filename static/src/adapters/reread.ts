/** A page of ours, read again; null where the server gives none (offline, or not for this reader). */
export type Read = (address: string) => Promise<Document | null>;

/** As a document: the policy of our pages lets no text become markup (`trusted-types 'none'`). */
export function reread(address: string): Promise<Document | null> {
  return new Promise((done) => {
    const asked = new XMLHttpRequest();
    asked.responseType = "document";
    asked.onloadend = () => done(asked.status === 200 ? asked.responseXML : null);
    asked.open("GET", address);
    asked.send();
  });
}
