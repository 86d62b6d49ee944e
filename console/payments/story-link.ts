import type { Schemas } from '../../client/connection.js';

/** The page of what a step of a timeline is about; null if it has none. */
export function storyLink(kind: Schemas['TimelineKind'], reference: string): string | null {
  const id = encodeURIComponent(reference);
  switch (kind) {
    case 'request':
      return `/logs?requestId=${id}`;
    case 'event':
      return `/events/${id}`;
    case 'delivery':
      return `/webhooks/deliveries/${id}`;
    case 'decision':
    case 'state':
      return null;
  }
}

/** The text of a step without the id that its link shows. */
export function storyText(text: string, reference: string | null): string {
  return reference === null ? text : text.replace(reference, '').trim();
}
