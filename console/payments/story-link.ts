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
    default:
      return null;
  }
}
