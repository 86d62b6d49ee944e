/** What a request really did. */
export interface Truth {
  /** The public id of what it made or changed; null if nothing. */
  readonly objectId: string | null;
  /** Whether a payment, a capture or a refund was accepted. */
  readonly moneyMoved: boolean;
}

export const NOTHING_DONE: Truth = { objectId: null, moneyMoved: false };

/** The operations that move money. */
export const MOVING = ['charge', 'capturePayment', 'createRefund'] as const;

interface Answer {
  readonly operation: string;
  readonly status: number;
  /** The body, as text. */
  readonly text: string;
  /** Whether it is the stored answer of an earlier request, so that this one did nothing. */
  readonly isReplay: boolean;
}

/** Reads from an answer what the request did. */
export function truthOf({ operation, status, text, isReplay }: Answer): Truth {
  if (status < 200 || status >= 300) return NOTHING_DONE;
  const { id, status: state } = parsed(text);
  const isMoving = MOVING.some((name) => name === operation);
  const isRefused = state === 'failed' || state === 'canceled';
  return { objectId: typeof id === 'string' ? id : null, moneyMoved: isMoving && !isReplay && !isRefused };
}

function parsed(text: string): { readonly id?: unknown; readonly status?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
