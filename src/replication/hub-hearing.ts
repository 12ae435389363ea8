/** What every client of a hub does with what the hub says to all of its clients. */

import type { HubLink } from './hub-link.ts';
import type { HubMessage } from './hub-messages.ts';
import type { Mirror } from './hub-mirror.ts';

/** What a client hears a hub by: its line to it, and its copy of what it shows. */
interface Hearing<Ask, Reply extends { readonly kind: string }> {
  readonly link: HubLink<Ask, Reply>;
  readonly mirror: Mirror;
}

/** A hub that has started anew may have forgotten what it was asked. `bytes`: what the message was read from. */
export function hear<Ask, Reply extends { readonly kind: string } = never>(
  { link, mirror }: Hearing<Ask, Reply>,
  message: HubMessage<Reply>,
  bytes: Uint8Array,
): void {
  switch (message.kind) {
    case 'answer':
    case 'queued':
      link.receive(message);
      break;
    case 'push':
      if (mirror.receive(message, bytes)) link.repeat();
      break;
  }
}
