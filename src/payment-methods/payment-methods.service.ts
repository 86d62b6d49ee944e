import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { Principal } from '../platform/access/principal.js';
import { idIn, publicId } from '../platform/worlds/world-ids.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { insertNew } from '../platform/database/driver-writes.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { Config } from '../platform/config/config.js';
import { APPROVED, type CheckResult, type Outcome } from '../simulation/outcome.js';
import { cardByToken, type Checks, type TestCard } from '../simulation/test-cards.js';
import { type CardInput, checkCard } from './card-rules.js';
import { CardRefusedError, PaymentMethodNotFoundError, UnknownPaymentMethodError } from './payment-method-errors.js';
import { PaymentMethod } from './payment-method.schema.js';

export interface NewCard extends CardInput {
  readonly holderName: string | null;
  readonly postalCode: string | null;
  readonly addressLine: string | null;
}

/** The data of a payment method that a payment stores. */
export interface ChargedMethod {
  readonly id: string;
  readonly brand: string;
  readonly last4: string;
  readonly outcome: Outcome;
}

@Injectable()
export class PaymentMethodsService {
  constructor(
    private readonly config: Config,
    @InjectModel(PaymentMethod.name) private readonly methods: Model<PaymentMethod>,
    accountData: AccountData,
  ) {
    accountData.register({ model: methods, belongsTo: 'world', outlivesUser: false, copied: { ids: ['_id'] } });
  }

  /** Throws CardRefusedError if the card is not a valid test card. */
  async create({ accountId, world }: Principal, id: string, input: NewCard): Promise<PaymentMethod> {
    const now = world.now();
    const card = checkCard(input, now);
    if (!('token' in card)) throw new CardRefusedError(card);
    if (card.token === null)
      throw new CardRefusedError({ code: 'incorrect_number', field: 'number', message: 'The card number is wrong' });
    const method: PaymentMethod = {
      _id: id,
      accountId,
      testToken: card.token,
      brand: card.brand,
      funding: card.funding,
      last4: card.number.slice(-4),
      expMonth: input.expMonth,
      expYear: input.expYear,
      fingerprint: createHmac('sha256', world.seed ?? this.config.ENCRYPTION_KEY)
        .update(`${publicId(accountId)} ${card.token}`)
        .digest('hex')
        .slice(0, 16),
      holderName: input.holderName,
      postalCode: input.postalCode,
      cvcSent: input.cvc !== null,
      checks: checksOf(card, input),
      createdAt: now,
    };
    // If an earlier run of this request stored the method but did not answer, this changes nothing.
    await insertNew(this.methods, [method]);
    return method;
  }

  list(accountId: string, page: PageRequest): Promise<Page<PaymentMethod>> {
    return findPage(this.methods, accountId, {}, page);
  }

  /** Throws PaymentMethodNotFoundError if the account has no such method. */
  async get(accountId: string, id: string): Promise<PaymentMethod> {
    const method = await this.methods.findOne({ _id: idIn(accountId, id), accountId }).lean<PaymentMethod>();
    if (!method) throw new PaymentMethodNotFoundError(id);
    return method;
  }

  /** Throws PaymentMethodNotFoundError if the account has no such method. */
  async delete(accountId: string, id: string): Promise<void> {
    const { deletedCount } = await this.methods.deleteOne({ _id: idIn(accountId, id), accountId });
    if (deletedCount === 0) throw new PaymentMethodNotFoundError(id);
  }

  /**
   * Returns the method for a token, ready-made or the account's own, with the outcome of a charge.
   * Throws UnknownPaymentMethodError if the token is neither.
   */
  async toCharge(accountId: string, token: string): Promise<ChargedMethod> {
    const readyMade = cardByToken(token);
    if (readyMade)
      return { id: token, brand: readyMade.brand, last4: readyMade.number.slice(-4), outcome: readyMade.outcome };
    const method = await this.methods.findOne({ _id: idIn(accountId, token), accountId }).lean<PaymentMethod>();
    const card = method && cardByToken(method.testToken);
    if (!card) throw new UnknownPaymentMethodError(token);
    const outcome = card.onlyWithCvc && !method.cvcSent ? APPROVED : card.outcome;
    return { id: token, brand: method.brand, last4: method.last4, outcome };
  }
}

/** Data that was not sent is `unchecked`; for the rest the test card decides, with `pass` as the default. */
function checksOf({ checks = {} }: TestCard, { cvc, postalCode, addressLine }: NewCard): Checks {
  const check = (sent: string | null, result: CheckResult = 'pass'): CheckResult =>
    sent === null ? 'unchecked' : result;
  return {
    cvc: check(cvc, checks.cvc),
    postalCode: check(postalCode, checks.postalCode),
    addressLine: check(addressLine, checks.addressLine),
  };
}
