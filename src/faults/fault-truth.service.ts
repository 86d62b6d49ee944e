import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { Payment } from '../payments/payment.schema.js';
import { PaymentFacts } from '../payments/payment-facts.service.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { MOVING, NOTHING_DONE, type Truth } from './answer-truth.js';
import { Fault, type Hit } from './fault.schema.js';
import { workOf } from './operation-names.js';
import { intentIdIn, paymentIdIn } from './payment-path.js';

/** A request can make its payment this much after the hit, at the most: a latency before it, and its own work. */
const LATEST_MS = 360_000;

/** The times of ids and of hits may differ by a little. */
const EARLIEST_MS = 1_000;

const REFUNDS = '/v1/refunds';

/** Says of each hit what the request really did, also after a crash. */
@Injectable()
export class FaultTruth {
  constructor(
    @InjectModel(Fault.name) private readonly faults: Model<Fault>,
    private readonly payments: PaymentFacts,
  ) {}

  /** Notes what a request did. */
  async resolve(faultId: string, n: number, { objectId, moneyMoved }: Truth): Promise<void> {
    await this.faults.updateOne(
      { _id: faultId, hits: { $elemMatch: { n } } },
      { $set: { 'hits.$.objectId': objectId, 'hits.$.moneyMoved': moneyMoved, 'hits.$.isResolved': true } },
    );
  }

  /** The same faults, with the truth of hits whose request was not answered before the process ended. */
  async complete(accountId: string, faults: readonly Fault[]): Promise<Fault[]> {
    const completed: Fault[] = [];
    for (const fault of faults) {
      const hits: Hit[] = [];
      for (const hit of fault.hits) hits.push(hit.isResolved ? hit : await this.completeHit(accountId, fault._id, hit));
      completed.push(Object.assign({}, fault, { hits }));
    }
    return this.withoutDeclined(accountId, completed);
  }

  /** Hits whose answer was lost although money moved, and whose repetition made something else. */
  async lostAndRepeated(accountId: string): Promise<Hit[]> {
    return (await this.complete(accountId, await this.faults.find({ accountId }).lean<Fault[]>()))
      .flatMap(({ hits }) => hits)
      .filter(
        ({ when, moneyMoved, repeatedWith, objectId, repeatedObjectId }) =>
          when === 'after' &&
          moneyMoved &&
          (repeatedWith === 'no_key' || repeatedWith === 'other_key') &&
          repeatedObjectId !== null &&
          repeatedObjectId !== objectId,
      )
      .sort((a, b) => b.at.getTime() - a.at.getTime());
  }

  private async completeHit(accountId: string, faultId: string, hit: Hit): Promise<Hit> {
    const truth = await this.find(accountId, hit);
    if (truth.objectId === null) return hit;
    await this.resolve(faultId, hit.n, truth);
    return Object.assign({}, hit, truth);
  }

  private async find(accountId: string, { operation, path, requestId, at }: Hit): Promise<Truth> {
    if (requestId === null) return NOTHING_DONE;
    const work = workOf(operation);
    const [from, until] = [new Date(at.getTime() - EARLIEST_MS), new Date(at.getTime() + LATEST_MS)];
    if (work === 'charge') {
      const payment = await this.payments.madeBy(accountId, requestId, from, until);
      return payment ? { objectId: publicId(payment._id), moneyMoved: true } : NOTHING_DONE;
    }
    for (const payment of await this.changed(accountId, path, { from, until })) {
      const truth = changeBy(payment, requestId, work ?? '');
      if (truth !== NOTHING_DONE) return truth;
    }
    return NOTHING_DONE;
  }

  /** The payments that a request can have changed. Refunds of the dialect name theirs in the body, which is not kept. */
  private async changed(
    accountId: string,
    path: string | null,
    { from, until }: { readonly from: Date; readonly until: Date },
  ): Promise<readonly Payment[]> {
    const [paymentId, intentId] = [paymentIdIn(path), intentIdIn(path)];
    if (paymentId !== null) return this.payments.ofIds(accountId, [paymentId]);
    if (intentId !== null) return this.payments.ofIntent(accountId, intentId);
    return path === REFUNDS ? this.payments.refundedWithin(accountId, from, until) : [];
  }

  /** A charge that was accepted and then declined moved no money. */
  private async withoutDeclined(accountId: string, faults: readonly Fault[]): Promise<Fault[]> {
    const charges = faults
      .flatMap(({ hits }) => hits)
      .filter(({ operation, moneyMoved }) => workOf(operation) === 'charge' && moneyMoved);
    if (charges.length === 0) return [...faults];
    const payments = await this.payments.ofIds(
      accountId,
      charges.map(({ objectId }) => objectId ?? ''),
    );
    const declined = new Set(payments.filter(({ status }) => status === 'failed').map(({ _id }) => publicId(_id)));
    const told = (hit: Hit): Hit =>
      workOf(hit.operation) === 'charge' && declined.has(hit.objectId ?? '')
        ? Object.assign({}, hit, { moneyMoved: false })
        : hit;
    return faults.map((fault) => Object.assign({}, fault, { hits: fault.hits.map(told) }));
  }
}

/** What a request did to a payment. */
function changeBy({ _id, history }: Payment, requestId: string, operation: string): Truth {
  const entry = history.find(({ cause }) => cause.requestId === requestId);
  if (!entry) return NOTHING_DONE;
  return { objectId: publicId(entry.refundId ?? _id), moneyMoved: MOVING.some((name) => name === operation) };
}
