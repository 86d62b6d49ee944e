import { Injectable } from '@nestjs/common';
import { InsufficientBalanceError, PayoutNotPendingError } from '../../payouts/payout-errors.js';
import type { Payout } from '../../payouts/payout.schema.js';
import { PayoutStore } from '../../payouts/payout-store.service.js';
import { PayoutsService } from '../../payouts/payouts.service.js';
import { Money } from '../../platform/common/money.js';
import { bankAccountOf, DEFAULT_BANK_ACCOUNT } from '../../simulation/bank-accounts.js';
import { ShownObjects } from '../objects.service.js';
import { currency } from '../wire/amounts.js';
import type { Call } from '../wire/call.js';
import { invalidRequest } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { created, createdWithin, idsWithin, LIST, listOf, pageOf } from '../wire/lists.js';
import { found, notThere } from '../wire/lookups.js';
import { clearable, integer, metadata, metadataAfter, oneOf, type ParamsOf, required, text } from '../wire/params.js';
import { bankAccountView, type PayoutDetails, payoutView } from './payout-view.js';

export const CREATE_PAYOUT = {
  amount: required(integer(1, Number.MAX_SAFE_INTEGER)),
  currency: required(currency),
  description: clearable(text()),
  destination: text(),
  metadata,
  method: oneOf('standard', 'instant'),
  payout_method: text(),
  source_type: oneOf('card', 'bank_account', 'fpx'),
  statement_descriptor: clearable(text(22)),
} as const;

export const UPDATE_PAYOUT = { metadata } as const;

export const LIST_PAYOUTS = {
  ...LIST,
  arrival_date: created,
  created,
  destination: text(),
  status: oneOf('pending', 'in_transit', 'paid', 'failed', 'canceled'),
} as const;

/** The operations of payouts. All throw DialectErrors. */
@Injectable()
export class ShownPayouts {
  constructor(
    private readonly store: PayoutStore,
    private readonly payouts: PayoutsService,
    private readonly objects: ShownObjects,
  ) {
    objects.register('payout', async ({ accountId }, id) => {
      try {
        return payoutView(await store.get(accountId, id));
      } catch {
        return null;
      }
    });
    objects.register('bank_account', (_call, id) => Promise.resolve(bankAccountView(id)));
  }

  async create(call: Call, sent: ParamsOf<typeof CREATE_PAYOUT>): Promise<Shown> {
    const { amount, currency: code, destination = DEFAULT_BANK_ACCOUNT, description = null } = sent;
    if (!bankAccountOf(destination)) throw notThere('external account', destination, { param: 'destination' });
    const details: PayoutDetails = {
      method: sent.method ?? 'standard',
      sourceType: sent.source_type ?? 'card',
      statementDescriptor: sent.statement_descriptor ?? null,
      idempotencyKey: call.idempotencyKey,
    };
    const request = {
      amount: Money.ofMinor(amount, code),
      bankAccount: destination,
      description,
      metadata: metadataAfter({}, sent.metadata),
      dialect: { ...details },
    };
    try {
      return await this.shown(call, await this.payouts.create(call, call.newId('po'), request));
    } catch (error) {
      if (!(error instanceof InsufficientBalanceError)) throw error;
      throw invalidRequest(`You have insufficient funds for this payout. ${error.message}`, {
        code: 'balance_insufficient',
      });
    }
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    return this.shown(call, await this.get(call, id));
  }

  async update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_PAYOUT>): Promise<Shown> {
    const { _id } = await this.get(call, id);
    return this.shown(call, await this.payouts.describe(call, _id, (before) => metadataAfter(before, sent.metadata)));
  }

  async cancel(call: Call, id: string): Promise<Shown> {
    const { _id } = await this.get(call, id);
    try {
      return await this.shown(call, await this.payouts.cancel(call, _id));
    } catch (error) {
      if (!(error instanceof PayoutNotPendingError)) throw error;
      throw invalidRequest(error.message, { code: 'payout_not_cancelable' });
    }
  }

  async list(call: Call, asked: ParamsOf<typeof LIST_PAYOUTS>): Promise<Shown> {
    const { arrival_date, created: bounds, destination, status, ...page } = asked;
    const { createdAt: arrivalDate } = createdWithin(arrival_date);
    const filter = {
      ...idsWithin('po', bounds),
      ...(arrivalDate && { arrivalDate }),
      ...(destination !== undefined && { bankAccount: destination }),
      ...(status !== undefined && { status }),
    };
    const { data, hasMore } = await this.store.list(call.accountId, filter, pageOf(page));
    return this.objects.expanded(call, { ...listOf(call, { data: data.map(payoutView), hasMore }) });
  }

  private get({ accountId }: Call, id: string): Promise<Payout> {
    return found('payout', id, 'path', () => this.store.get(accountId, id));
  }

  private shown(call: Call, payout: Payout): Promise<Shown> {
    return this.objects.expanded(call, payoutView(payout));
  }
}
