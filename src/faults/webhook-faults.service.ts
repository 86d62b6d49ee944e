import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { publicId } from '../platform/worlds/world-ids.js';
import type { World } from '../platform/worlds/world.js';
import type { Alteration } from '../webhooks/altered-attempt.js';
import { type AlteredAttempt, AttemptHooks } from '../webhooks/attempt-hooks.service.js';
import type { Delivery } from '../webhooks/delivery.schema.js';
import type { Effect, EffectType } from './effects.js';
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
    const how = taken && ALTERATIONS[taken.effect.type]?.(taken.effect, world.now());
    return how ? { fault: publicId(taken.faultId), how } : null;
  }
}

function holds(effect: Effect | null | undefined): boolean {
  return effect?.type === 'delay' || effect?.type === 'reorder';
}

const ALTERATIONS: Partial<Record<EffectType, (effect: Effect, now: Date) => Alteration>> = {
  drop: () => ({ kind: 'drop' }),
  delay: ({ ms = 0 }, now) => ({ kind: 'hold', until: later(now, ms), forNext: false }),
  reorder: (_effect, now) => ({ kind: 'hold', until: later(now, LONGEST_HOLD_MS), forNext: true }),
  duplicate: ({ count = COPIES }) => ({ kind: 'repeat', count }),
  corrupt: () => ({ kind: 'corrupt' }),
  bad_signature: () => ({ kind: 'sign', as: 'wrong' }),
  no_signature: () => ({ kind: 'sign', as: 'none' }),
  stale_timestamp: () => ({ kind: 'sign', as: 'stale' }),
  old_secret: () => ({ kind: 'sign', as: 'other_secret' }),
  slow: ({ ms = 0 }) => ({ kind: 'slow', ms }),
};

function later(now: Date, ms: number): Date {
  return new Date(now.getTime() + ms);
}

/** The metadata of the event's object. */
function metadataOf(body: string): Record<string, unknown> {
  const { data } = JSON.parse(body) as { data?: { metadata?: unknown } };
  const metadata = data?.metadata;
  return typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>) : {};
}
