import type { Schemas } from '../../client/connection.js';

/** What the pages of references begin with. Decisions and states have no page. */
const PATHS: Readonly<Partial<Record<string, string>>> = {
  request: '/logs?requestId=',
  event: '/events/',
  delivery: '/webhooks/deliveries/',
};

/** The page of what a step of a timeline is about; null if it has none. */
export function storyLink(kind: Schemas['TimelineKind'], reference: string): string | null {
  const path = PATHS[kind];
  return path === undefined ? null : path + encodeURIComponent(reference);
}

/** The text of a step without the id that its link shows. */
export function storyText(text: string, reference: string | null): string {
  return reference === null ? text : text.replace(reference, '').trim();
}
