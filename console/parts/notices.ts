import { GatewayError } from '../../client/errors.js';

/** A message that appears over the page. */
export interface Notice {
  readonly id: number;
  readonly kind: 'done' | 'failed';
  readonly text: string;
  readonly requestId: string | null;
}

let shown: readonly Notice[] = [];
let count = 0;
const listeners = new Set<() => void>();

function change(next: readonly Notice[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

function show(notice: Omit<Notice, 'id'>): void {
  count += 1;
  change([...shown.slice(-2), { ...notice, id: count }]);
}

export const notices = {
  current: (): readonly Notice[] => shown,
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  close: (id: number): void => {
    change(shown.filter((notice) => notice.id !== id));
  },
};

/** Says that something was done. */
export function notifyDone(text: string): void {
  show({ kind: 'done', text, requestId: null });
}

/** Says what failed, and why by the gateway's own words. */
export function notifyFailure(what: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  show({
    kind: 'failed',
    text: `${what}. ${reason}`,
    requestId: error instanceof GatewayError ? error.requestId : null,
  });
}
