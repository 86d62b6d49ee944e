import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { AccountsService } from '../accounts/accounts.service.js';
import { newId, timeDigits } from '../platform/common/ids.js';
import { isDuplicateKey } from '../platform/database/duplicate-key.js';
import { fractionOf, idInWorld, publicId } from '../platform/worlds/world-ids.js';
import type { World } from '../platform/worlds/world.js';
import {
  decideFault,
  type FaultState,
  matchesRequest,
  matchesWebhook,
  type RequestFacts,
  type WebhookFacts,
} from './decide-fault.js';
import type { Effect } from './effects.js';
import { TooManyFaultsError } from './fault-errors.js';
import type { AskedFault } from './fault-header.js';
import { Fault, type FaultRule, type Hit, KEPT_HITS, stateOf } from './fault.schema.js';
import { MAX_FAULTS } from './faults.service.js';
import { type ComparedRequest, repetitionOf } from './repetition.js';

/** A request that may be hit. */
export interface IncomingRequest extends RequestFacts, ComparedRequest {
  readonly accountId: string;
  readonly world: World;
  readonly requestId: string;
  readonly operation: string;
  readonly path: string;
}

/** A hit that is stored, and what happens because of it. */
export interface TakenHit {
  /** As stored. */
  readonly faultId: string;
  readonly accountId: string;
  readonly hit: Hit;
  readonly effect: Effect;
  /** What random choices of the effect follow from. */
  readonly seed: string;
}

/** A hit that a request repeats. */
export interface RepeatedHit {
  readonly faultId: string;
  readonly n: number;
}

/** Compares requests and webhooks with the faults of their account, and takes hits: each is taken once. */
@Injectable()
export class FaultHits {
  constructor(
    @InjectModel(Fault.name) private readonly faults: Model<Fault>,
    private readonly accounts: AccountsService,
  ) {}

  /** The faults of an account, oldest first. */
  of(accountId: string): Promise<Fault[]> {
    return this.faults.find({ accountId }).sort({ _id: 1 }).lean<Fault[]>().exec();
  }

  /** Takes a hit of the oldest fault that hits the request; null if none does. */
  takeForRequest(faults: readonly Fault[], request: IncomingRequest): Promise<TakenHit | null> {
    return this.take(faults, request.world, {
      matches: (state) => matchesRequest(state, request),
      hitOf: (state, effect) => requestHit(request, state, effect),
    });
  }

  /** The same for the delivery of an event; `filter` says which effects are possible. */
  takeForWebhook(
    faults: readonly Fault[],
    { world, deliveryId, facts }: { world: World; deliveryId: string; facts: WebhookFacts },
    filter: (state: FaultState) => boolean,
  ): Promise<TakenHit | null> {
    return this.take(faults, world, {
      matches: (state) => matchesWebhook(state, facts) && filter(state),
      hitOf: () => ({
        ...NO_REQUEST,
        at: world.now(),
        objectId: publicId(deliveryId),
        when: null,
        moneyMoved: false,
        isResolved: true,
      }),
    });
  }

  /**
   * Stores the fault that a request asks for in its header, with its hit. If there are too many, the oldest of a header
   * is dropped. Throws TooManyFaultsError.
   */
  async takeOnce(request: IncomingRequest, { when, effect }: AskedFault): Promise<TakenHit> {
    const { accountId, world } = request;
    if ((await this.faults.countDocuments({ accountId })) >= MAX_FAULTS) {
      const dropped = await this.faults.findOneAndDelete({ accountId, source: 'header' }, { sort: { _id: 1 } });
      if (!dropped) throw new TooManyFaultsError(MAX_FAULTS);
    }
    const rule: FaultRule = {
      match: { operation: request.operation },
      when,
      effect,
      sequence: null,
      times: 1,
      skip: 0,
      probability: 1,
    };
    const hit = { n: 1, ...requestHit(request, { ...rule, seen: 0, used: 0 }, effect) };
    for (let salt = 0; ; salt += 1) {
      const fault: Fault = {
        _id: headerFaultId(request, salt),
        accountId,
        source: 'header',
        rule: JSON.stringify(rule),
        seen: 1,
        used: 1,
        hits: [hit],
        createdAt: world.now(),
      };
      try {
        await this.faults.create(fault);
        await this.accounts.setHasFaults(accountId, true);
        return { faultId: fault._id, accountId, hit, effect, seed: seedOf(fault, world, 1) };
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
      }
    }
  }

  /** Notes that a request repeats one that was hit; null if it does not. */
  async noteRepetition(faults: readonly Fault[], request: IncomingRequest): Promise<RepeatedHit | null> {
    const candidates = faults
      .flatMap((fault) => fault.hits.map((hit) => ({ faultId: fault._id, hit, how: repetitionOf(hit, request) })))
      .filter(({ how }) => how !== null)
      .sort((a, b) => a.hit.at.getTime() - b.hit.at.getTime());
    const sameKeyFirst = [
      ...candidates.filter(({ how }) => how === 'same_key'),
      ...candidates.filter(({ how }) => how !== 'same_key'),
    ];
    for (const { faultId, hit, how } of sameKeyFirst) {
      const { matchedCount } = await this.faults.updateOne(
        { _id: faultId, hits: { $elemMatch: { n: hit.n, repeatedWith: null } } },
        { $set: { 'hits.$.repeatedWith': how, 'hits.$.repeatedBy': request.requestId } },
      );
      if (matchedCount === 1) return { faultId, n: hit.n };
    }
    return null;
  }

  /** Notes what a repetition made. */
  async noteRepeatedObject({ faultId, n }: RepeatedHit, objectId: string): Promise<void> {
    await this.faults.updateOne(
      { _id: faultId, hits: { $elemMatch: { n } } },
      { $set: { 'hits.$.repeatedObjectId': objectId } },
    );
  }

  private async take(
    faults: readonly Fault[],
    world: World,
    {
      matches,
      hitOf,
    }: { matches: (state: FaultState) => boolean; hitOf: (state: FaultState, effect: Effect) => Omit<Hit, 'n'> },
  ): Promise<TakenHit | null> {
    for (const fault of faults) {
      for (let current: Fault | null = fault; current; current = await this.faults.findById(fault._id).lean<Fault>()) {
        const state = stateOf(current);
        if (!matches(state)) break;
        const seed = seedOf(fault, world, state.seen + 1);
        const decision = decideFault(state, fractionOf(seed));
        if (!decision) break;
        const { seen, used, effect } = decision;
        const hit = effect && { n: used, ...hitOf(state, effect) };
        // Compare-and-set on the count of what it has seen: two requests at once never take the same hit.
        const { matchedCount } = await this.faults.updateOne(
          { _id: fault._id, seen: state.seen },
          { $set: { seen, used }, ...(hit && { $push: { hits: { $each: [hit], $slice: -KEPT_HITS } } }) },
        );
        if (matchedCount === 0) continue;
        if (effect && hit) return { faultId: fault._id, accountId: fault.accountId, hit, effect, seed };
        // A place of a sequence that leaves the request alone.
        if (used > state.used) return null;
        break;
      }
    }
    return null;
  }
}

const NO_REQUEST = {
  requestId: null,
  operation: null,
  idempotencyKey: null,
  repeatedWith: null,
  path: null,
  fingerprint: null,
  repeatedBy: null,
  repeatedObjectId: null,
} as const;

function requestHit(request: IncomingRequest, { when }: FaultState, { type }: Effect): Omit<Hit, 'n'> {
  const { world, requestId, operation, idempotencyKey, path, fingerprint } = request;
  return {
    ...NO_REQUEST,
    at: world.now(),
    requestId,
    operation,
    idempotencyKey,
    when,
    objectId: null,
    moneyMoved: false,
    // Before the work nothing is done, unless the request goes on after a wait.
    isResolved: when === 'before' && type !== 'latency',
    path,
    fingerprint,
  };
}

function seedOf({ _id }: Fault, { seed }: World, count: number): string {
  return `${seed ?? ''} ${publicId(_id)} ${count}`;
}

/** In a sandbox it follows from the seed and the request. */
function headerFaultId({ world, requestId }: IncomingRequest, salt: number): string {
  if (world.id === '') return newId('flt', new Date());
  const digest = createHash('sha256')
    .update(`${world.seed ?? ''} ${requestId} ${salt}`)
    .digest('hex');
  return idInWorld(world.id, `flt_${timeDigits(world.now())}${digest.slice(0, 12)}`);
}
