/** A field of an effect: a whole number within bounds, or any JSON value. */
export interface EffectField {
  readonly description: string;
  /** Null for any JSON value. */
  readonly bounds: readonly [min: number, max: number] | null;
  readonly required?: boolean;
}

interface EffectEntry {
  /** What it changes: the answer to a request, or an attempt to deliver a webhook. */
  readonly of: 'request' | 'webhook';
  readonly description: string;
  readonly fields: Readonly<Record<string, EffectField>>;
  /** The field that `type=value` of the header means. */
  readonly main?: string;
}

/** The longest latency. After a reset, a sandbox removes late writes of the time before for only 65 s. */
export const LONGEST_LATENCY_MS = 60_000;
const LATENCY_MS = [0, LONGEST_LATENCY_MS] as const;

const LONGEST_SLOW_MS = 300_000;

/** Every effect that a fault can have. Validation, the OpenAPI document and docs/faults.md come from this table. */
export const EFFECTS = {
  status: {
    of: 'request',
    description: 'Answers with a status of your choice.',
    main: 'status',
    fields: {
      status: { description: 'The HTTP status.', bounds: [400, 599], required: true },
      retryAfter: { description: 'The seconds of the header `Retry-After`.', bounds: [0, 86_400] },
      body: { description: "The body; without it, an error in the gateway's form.", bounds: null },
    },
  },
  latency: {
    of: 'request',
    description: 'Waits, then goes on: `before` with the request, `after` with the answer.',
    main: 'ms',
    fields: {
      ms: { description: 'How long.', bounds: LATENCY_MS },
      p50: { description: 'In place of `ms`: half of the requests wait this long or less.', bounds: LATENCY_MS },
      p99: { description: 'With `p50`: 99 of 100 requests wait this long or less.', bounds: LATENCY_MS },
    },
  },
  timeout: {
    of: 'request',
    description: 'Never answers. The connection ends after 5 minutes.',
    fields: {},
  },
  reset: {
    of: 'request',
    description: 'Resets the connection (TCP RST).',
    fields: {},
  },
  empty: {
    of: 'request',
    description: 'Closes the connection without a byte.',
    fields: {},
  },
  cut: {
    of: 'request',
    description: 'Announces a longer body than it sends, then closes the connection.',
    fields: {},
  },
  garbage: {
    of: 'request',
    description: 'Sends bytes that are not HTTP, then closes the connection.',
    fields: {},
  },
  drip: {
    of: 'request',
    description: 'Sends the body slowly.',
    main: 'bytesPerSecond',
    fields: {
      bytesPerSecond: { description: 'How fast.', bounds: [1, 1_000_000], required: true },
    },
  },
  drop: {
    of: 'webhook',
    description: 'Does not send the attempt; it counts as failed, and is retried by the schedule.',
    fields: {},
  },
  delay: {
    of: 'webhook',
    description: "Sends the delivery later, by the account's clock; once a delivery.",
    fields: {
      ms: { description: 'How much later.', bounds: [1, 7 * 86_400_000], required: true },
    },
  },
  duplicate: {
    of: 'webhook',
    description: 'Sends the attempt several times, with the same `webhook-id`.',
    fields: {
      count: { description: 'How often, the first time included; 2 if not given.', bounds: [2, 10] },
    },
  },
  reorder: {
    of: 'webhook',
    description: 'Holds the delivery until a later one to the same target was sent, at most 60 seconds.',
    fields: {},
  },
  corrupt: {
    of: 'webhook',
    description: 'Changes the body after it was signed.',
    fields: {},
  },
  bad_signature: {
    of: 'webhook',
    description: 'Sends signatures that are wrong.',
    fields: {},
  },
  no_signature: {
    of: 'webhook',
    description: 'Sends no signatures.',
    fields: {},
  },
  stale_timestamp: {
    of: 'webhook',
    description: 'Sends a timestamp that is 10 minutes old, rightly signed.',
    fields: {},
  },
  old_secret: {
    of: 'webhook',
    description: 'Signs with a secret that the receiver never had.',
    fields: {},
  },
  slow: {
    of: 'webhook',
    description: 'Sends the body slowly.',
    fields: {
      ms: { description: 'How long the body takes.', bounds: [1, LONGEST_SLOW_MS], required: true },
    },
  },
} as const satisfies Record<string, EffectEntry>;

export type EffectType = keyof typeof EFFECTS;
export const EFFECT_TYPES = Object.keys(EFFECTS) as EffectType[];

const typesOf = (kind: EffectEntry['of']): EffectType[] => EFFECT_TYPES.filter((type) => EFFECTS[type].of === kind);

export const REQUEST_EFFECTS = typesOf('request');
export const WEBHOOK_EFFECTS = typesOf('webhook');

/** What a fault does. Which fields there are depends on the type: see EFFECTS. */
export interface Effect {
  readonly type: EffectType;
  readonly status?: number;
  readonly retryAfter?: number;
  readonly body?: unknown;
  readonly ms?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly bytesPerSecond?: number;
  readonly count?: number;
}

export const effectEntry = (type: EffectType): EffectEntry => EFFECTS[type];

export function isWebhookEffect({ type }: Effect): boolean {
  return effectEntry(type).of === 'webhook';
}

/** When an effect on a request happens: before anything was done, or after all was done and stored. */
export const MOMENTS = ['before', 'after'] as const;
export type Moment = (typeof MOMENTS)[number];
