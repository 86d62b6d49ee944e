import { ownId } from '../platform/common/dialect-ids.js';
import { workOf } from './operation-names.js';

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
  const answer = parsed(text);
  const isMoving = MOVING.some((name) => name === workOf(operation));
  return { objectId: objectOf(answer), moneyMoved: isMoving && !isReplay && hasMoved(answer) };
}

interface Answered {
  readonly id?: unknown;
  readonly object?: unknown;
  readonly status?: unknown;
  readonly latest_charge?: unknown;
}

/** An intent moves money only by a charge that succeeds. */
function hasMoved({ object, status }: Answered): boolean {
  if (object === 'payment_intent') return status === 'succeeded' || status === 'requires_capture';
  return status !== 'failed' && status !== 'canceled';
}

/** Payments and refunds have the ids of our own API. */
function objectOf({ id, object, latest_charge: charge }: Answered): string | null {
  const made = object === 'payment_intent' && typeof charge === 'string' ? charge : id;
  return typeof made === 'string' ? ownId(made) : null;
}

function parsed(text: string): Answered {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
