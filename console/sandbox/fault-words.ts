import type { Schemas } from '../../client/connection.js';

type Fault = Schemas['FaultDto'];
type Effect = Schemas['FaultEffectDto'];

/** What goes wrong, in a few words: `status 503`, `latency 2000 ms`. */
export function describeEffect({ type, status, ms, p50, p99, count }: Effect): string {
  const parts = [
    type.replaceAll('_', ' '),
    status === undefined ? null : String(status),
    ms === undefined ? null : `${ms} ms`,
    p50 === undefined ? null : `median ${p50} ms`,
    p99 === undefined ? null : `99th percentile ${p99} ms`,
    count === undefined ? null : `${count} times`,
  ];
  return parts.filter((part) => part !== null).join(' ');
}

/** The effect of a fault, or its sequence of effects. */
export function describeFault({ effect, sequence }: Pick<Fault, 'effect' | 'sequence'>): string {
  if (effect) return describeEffect(effect);
  return (sequence ?? []).map((step) => (step === null ? 'nothing' : describeEffect(step))).join(', then ');
}

/** Which requests or webhooks a fault is for. */
export function describeMatch({ operation, method, path, metadata, event }: Fault['match']): string {
  const parts = [
    operation,
    method,
    path,
    event === undefined ? undefined : `webhooks of ${event}`,
    metadata === undefined
      ? undefined
      : Object.entries(metadata)
          .map(([name, value]) => `${name}=${value}`)
          .join(', '),
  ].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? 'every request' : parts.join(' ');
}

/** The effects on requests, and those on webhooks. */
export const REQUEST_EFFECTS = ['status', 'latency', 'timeout', 'reset', 'empty', 'cut', 'garbage', 'drip'] as const;
export const WEBHOOK_EFFECTS = [
  'drop',
  'delay',
  'duplicate',
  'reorder',
  'corrupt',
  'bad_signature',
  'no_signature',
  'stale_timestamp',
  'old_secret',
  'slow',
] as const;

/** What stands in the form of a fault. */
export interface FaultForm {
  readonly type: Effect['type'];
  readonly status: number;
  readonly ms: number;
  readonly when: 'before' | 'after';
  readonly operation: string;
  readonly event: string;
  readonly times: number;
}

export const isForWebhooks = (type: Effect['type']): boolean => (WEBHOOK_EFFECTS as readonly string[]).includes(type);

/** Effects with a length in ms. */
const WITH_LENGTH: readonly Effect['type'][] = ['latency', 'delay', 'slow', 'timeout'];

export const hasLength = (type: Effect['type']): boolean => WITH_LENGTH.includes(type);

/** The body that makes the fault of a form. */
export function faultOf({ type, status, ms, when, operation, event, times }: FaultForm): Schemas['CreateFaultDto'] {
  const effect = {
    type,
    ...(type === 'status' && { status }),
    ...(hasLength(type) && type !== 'timeout' && { ms }),
  };
  if (isForWebhooks(type)) return { match: { event: event.trim() || '*' }, effect, times };
  return { ...(operation.trim() !== '' && { match: { operation: operation.trim() } }), when, effect, times };
}
