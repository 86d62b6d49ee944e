import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { publicId } from '../platform/worlds/world-ids.js';
import type { World } from '../platform/worlds/world.js';
import type { Alteration } from '../webhooks/altered-attempt.js';
import { type AlteredAttempt, AttemptHooks } from '../webhooks/attempt-hooks.service.js';
import type { Delivery } from '../webhooks/delivery.schema.js';
import type { Effect } from './effects.js';
import { FaultHits } from './fault-hits.service.js';

/** How long a delivery waits for the next one, at the most, by the account's clock. */
const LONGEST_HOLD_MS = 60_000;
const COPIES = 2;

/** Lets faults change the attempts to deliver webhooks. */
@Injectable()
export class WebhookFaults implements OnModuleInit {
  constructor(
    private readonly config: Config,
    private readonly hooks: AttemptHooks,
    private readonly hits: FaultHits,
  ) {}

  onModuleInit(): void {
    if (this.config.faultsOn) this.hooks.use((delivery, world) => this.alter(delivery, world));
  }

  private async alter(delivery: Delivery, world: World): Promise<AlteredAttempt | null> {
    const { _id: deliveryId, accountId, eventType, body, held } = delivery;
    const faults = await this.hits.of(accountId);
    const facts = { event: eventType, metadata: metadataOf(body) };
    const taken = await this.hits.takeForWebhook(
      faults,
      { world, deliveryId, facts },
      // A delivery is held once.
      ({ effect, sequence, used }) => !held || !holds(sequence ? sequence[used] : effect),
    );
    if (!taken) return null;
    return { fault: publicId(taken.faultId), how: alterationOf(taken.effect, world.now()) };
  }
}

function holds(effect: Effect | null | undefined): boolean {
  return effect?.type === 'delay' || effect?.type === 'reorder';
}

function alterationOf({ type, ms = 0, count = COPIES }: Effect, now: Date): Alteration {
  const later = (afterMs: number): Date => new Date(now.getTime() + afterMs);
  switch (type) {
    case 'drop':
      return { kind: 'drop' };
    case 'delay':
      return { kind: 'hold', until: later(ms), forNext: false };
    case 'reorder':
      return { kind: 'hold', until: later(LONGEST_HOLD_MS), forNext: true };
    case 'duplicate':
      return { kind: 'repeat', count };
    case 'corrupt':
      return { kind: 'corrupt' };
    case 'bad_signature':
      return { kind: 'sign', as: 'wrong' };
    case 'no_signature':
      return { kind: 'sign', as: 'none' };
    case 'stale_timestamp':
      return { kind: 'sign', as: 'stale' };
    case 'old_secret':
      return { kind: 'sign', as: 'other_secret' };
    case 'slow':
      return { kind: 'slow', ms };
    default:
      throw new Error(`${type} is no effect on webhooks`);
  }
}

/** The metadata of the event's object. */
function metadataOf(body: string): Record<string, unknown> {
  const { data } = JSON.parse(body) as { data?: { metadata?: unknown } };
  const metadata = data?.metadata;
  return typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>) : {};
}
