/** Chat: the messages a stream shows, in their order. Twin of rooms/core/chat.py's views. */

import type { MessageView } from "../protocol/generated.ts";

export interface Chat {
  /** Known messages, oldest first. `order` is the only order there is. */
  readonly messages: readonly MessageView[];
  /** There are older ones on the server. */
  readonly older: boolean;
  /**
   * Present views of messages older than the oldest known one. They are not shown, but a page of
   * older messages that was read before a removal and arrives after it must not bring the text back.
   */
  readonly beyond: ReadonlyMap<string, MessageView | null>;
}

export const EMPTY_CHAT: Chat = { messages: [], older: false, beyond: new Map() };

export function fromSnapshot(messages: readonly MessageView[], older: boolean): Chat {
  return { messages, older, beyond: new Map() };
}

/** Put a view in the place of what was there, or where its order belongs. */
export function putMessage(chat: Chat, view: MessageView): Chat {
  const { messages } = chat;
  const last = messages.at(-1);
  if (last === undefined || view.order > last.order) {
    return { ...chat, messages: [...messages, view] };
  }
  const at = place(messages, view.order);
  if (messages[at]?.id === view.id) return { ...chat, messages: messages.with(at, view) };
  if (at === 0 && chat.older) return remember(chat, view.id, view);
  return { ...chat, messages: messages.toSpliced(at, 0, view) };
}

export function dropMessage(chat: Chat, id: string): Chat {
  const at = chat.messages.findIndex((message) => message.id === id);
  if (at < 0) return chat.older ? remember(chat, id, null) : chat;
  return { ...chat, messages: chat.messages.toSpliced(at, 1) };
}

/** Older messages, as the server had them when it was asked. */
export function prepend(chat: Chat, page: readonly MessageView[], older: boolean): Chat {
  const oldest = chat.messages[0]?.order ?? Number.POSITIVE_INFINITY;
  const present = page
    .filter((message) => message.order < oldest)
    .map((message) => (chat.beyond.has(message.id) ? chat.beyond.get(message.id) : message))
    .filter((message) => message !== null && message !== undefined)
    .sort((a, b) => a.order - b.order);
  return { ...chat, messages: [...present, ...chat.messages], older };
}

/** Keep only the newest messages: what a page left open all day may hold. */
export function trim(chat: Chat, keep: number): Chat {
  if (chat.messages.length <= keep) return chat;
  return { ...chat, messages: chat.messages.slice(-keep), older: true };
}

/** Index of the first message whose order is not below `order`. */
function place(messages: readonly MessageView[], order: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.order ?? 0) < order) low = middle + 1;
    else high = middle;
  }
  return low;
}

const BEYOND = 500;

function remember(chat: Chat, id: string, view: MessageView | null): Chat {
  const beyond = new Map(chat.beyond);
  beyond.delete(id);
  beyond.set(id, view);
  for (const oldest of beyond.keys()) {
    if (beyond.size <= BEYOND) break;
    beyond.delete(oldest);
  }
  return { ...chat, beyond };
}
