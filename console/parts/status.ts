/** What a colour means, everywhere in the console. */
export type Meaning = 'done' | 'running' | 'waiting' | 'failed' | 'ended' | 'test';

const MEANINGS: Readonly<Record<string, Meaning>> = {
  completed: 'done',
  succeeded: 'done',
  delivered: 'done',
  passed: 'done',
  enabled: 'done',
  pass: 'done',
  won: 'done',
  paid: 'done',
  available: 'done',
  balanced: 'done',
  pending: 'running',
  processing: 'running',
  running: 'running',
  authorized: 'running',
  open: 'running',
  under_review: 'running',
  in_transit: 'running',
  requires_action: 'waiting',
  retrying: 'waiting',
  paused: 'waiting',
  needs_response: 'waiting',
  inquiry: 'waiting',
  unchecked: 'waiting',
  failed: 'failed',
  disabled: 'failed',
  fail: 'failed',
  lost: 'failed',
  chargeback: 'failed',
  pre_arbitration: 'failed',
  voided: 'ended',
  canceled: 'ended',
  expired: 'ended',
  dropped: 'ended',
  refunded: 'ended',
  off: 'ended',
  virtual: 'test',
  fault: 'test',
};

export function meaningOf(status: string): Meaning {
  return MEANINGS[status] ?? 'ended';
}

/** `requires action` for `requires_action`. */
export function wordsOf(name: string): string {
  return name.replaceAll('_', ' ');
}

/** What an HTTP status means; null where there was no answer. */
export function meaningOfHttp(status: number | null): Meaning {
  if (status === null || status >= 500) return 'failed';
  if (status >= 400) return 'waiting';
  return status >= 200 && status < 300 ? 'done' : 'ended';
}
