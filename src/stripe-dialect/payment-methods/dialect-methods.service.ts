import { Injectable } from '@nestjs/common';
import { AttachedMethods } from '../../payment-methods/attached-methods.service.js';
import { type CardErrorCode } from '../../payment-methods/card-rules.js';
import type { MethodDetails } from '../../payment-methods/new-method.js';
import {
  CardRefusedError,
  PaymentMethodAttachedError,
  PaymentMethodRefusedError,
} from '../../payment-methods/payment-method-errors.js';
import type { PaymentMethod } from '../../payment-methods/payment-method.schema.js';
import { PaymentMethodsService } from '../../payment-methods/payment-methods.service.js';
import { idIn, publicId } from '../../platform/worlds/world-ids.js';
import { cardByToken } from '../../simulation/test-cards.js';
import { billingChanges, given } from '../addresses.js';
import { declineFacts } from '../charges/charge-facts.js';
import type { Call } from '../wire/call.js';
import { cardError, invalidRequest, missingParameter } from '../wire/dialect-error.js';
import { found, notThere, type Place } from '../wire/lookups.js';
import { metadataAfter, type ParamsOf } from '../wire/params.js';
import type { CREATE_TOKEN, METHOD, SentCard, UPDATE_METHOD } from './method-params.js';
import { paymentMethodView } from './payment-method-view.js';

const FIELDS = { number: 'number', expMonth: 'exp_month', expYear: 'exp_year', cvc: 'cvc' } as const;

/** Payment methods and tokens in the terms of the dialect. */
@Injectable()
export class DialectMethods {
  constructor(
    private readonly methods: PaymentMethodsService,
    private readonly attached: AttachedMethods,
  ) {}

  /** Throws DialectErrors: 402 for a card that is wrong, 400 for an unknown token. */
  create(call: Call, sent: ParamsOf<typeof METHOD>, param = 'card'): Promise<PaymentMethod> {
    const { card, billing_details, metadata, allow_redisplay } = sent;
    if (card === undefined) throw missingParameter(param);
    return this.ofCard(call, card, param, {
      billing: billingChanges(billing_details),
      metadata: metadataAfter({}, metadata),
      ...given({ allowRedisplay: allow_redisplay }),
    });
  }

  /** A token is a method under another name, until it is used. */
  createToken(call: Call, { card }: ParamsOf<typeof CREATE_TOKEN>): Promise<PaymentMethod> {
    if (card === undefined) throw missingParameter('card');
    const { name, address_line1: line1, address_line2: line2, address_city: city } = card;
    const address = {
      line1,
      line2,
      city,
      state: card.address_state,
      postalCode: card.address_zip,
      country: card.address_country,
    };
    return this.ofCard(call, card, 'card', { billing: given({ name, address: given(address) }) });
  }

  /**
   * The method that a parameter names: one of the account's own, or a fresh one of a ready-made token. Throws a
   * DialectError (400) if there is none.
   */
  async named(call: Call, id: string, param: string): Promise<PaymentMethod> {
    const token = readyMadeOf(id);
    if (token !== null) return this.methods.createFromToken(call, call.newId('pm'), token);
    return this.get(call, id, { param });
  }

  /** Throws a DialectError if there is none. */
  get({ accountId }: Call, id: string, place: Place): Promise<PaymentMethod> {
    const own = id.replace(/^(?:tok|card|src)_/, 'pm_');
    return found('PaymentMethod', id, place, () => this.methods.get(accountId, own));
  }

  async find(call: Call, id: string): Promise<PaymentMethod | null> {
    try {
      return await this.get(call, id, 'path');
    } catch {
      return null;
    }
  }

  /** Throws DialectErrors: 402 with the decline of the card, 400 if it is attached already. */
  async attach(call: Call, method: PaymentMethod, customerId: string): Promise<PaymentMethod> {
    try {
      return await this.attached.attach(call, method._id, customerId);
    } catch (error) {
      if (error instanceof PaymentMethodAttachedError) throw attachedAlready();
      if (!(error instanceof PaymentMethodRefusedError)) throw error;
      const { failure } = error;
      throw cardError(failure.message, { ...declineFacts(failure), payment_method: paymentMethodView(method) });
    }
  }

  detach(call: Call, id: string): Promise<PaymentMethod> {
    return found('PaymentMethod', id, 'path', () => this.attached.detach(call, id));
  }

  update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_METHOD>): Promise<PaymentMethod> {
    const { billing_details, card, metadata, allow_redisplay } = sent;
    const changes = given({
      billing: billing_details && billingChanges(billing_details),
      metadata,
      allowRedisplay: allow_redisplay,
      expMonth: card?.exp_month,
      expYear: fullYear(card?.exp_year),
    });
    return found('PaymentMethod', id, 'path', () => asCardErrors(() => this.attached.update(call, id, changes)));
  }

  private async ofCard(call: Call, card: SentCard, param: string, details: MethodDetails): Promise<PaymentMethod> {
    const id = call.newId('pm');
    if (card.token !== undefined) {
      const token = readyMadeOf(card.token);
      if (token !== null) return this.methods.createFromToken(call, id, token, details);
      return this.get(call, card.token, { param: `${param}[token]` });
    }
    const { number, exp_month: expMonth, exp_year, cvc = null } = card;
    if (number === undefined) throw missingParameter(`${param}[number]`);
    if (expMonth === undefined) throw missingParameter(`${param}[exp_month]`);
    if (exp_year === undefined) throw missingParameter(`${param}[exp_year]`);
    const { billing } = details;
    const input = {
      number: number.replaceAll(/[\s-]/g, ''),
      expMonth,
      expYear: fullYear(exp_year) ?? exp_year,
      cvc,
      holderName: billing?.name ?? null,
      postalCode: billing?.address?.postalCode ?? null,
      addressLine: billing?.address?.line1 ?? null,
    };
    return asCardErrors(() => this.methods.create(call, id, input, details));
  }

  /** The stored id of the customer that a method must be attached to. Throws a DialectError (400) if it is another's. */
  assertOfCustomer({ accountId }: Call, method: PaymentMethod, customerId: string | null, param: string): void {
    const owner = method.customerId ?? null;
    if (owner === null || owner === (customerId === null ? null : idIn(accountId, customerId))) return;
    throw invalidRequest(
      `The payment method ${publicId(method._id)} belongs to a customer; send that customer with it.`,
      { param },
    );
  }
}

export function attachedAlready() {
  return invalidRequest('The payment method you provided has already been attached to a customer.', {
    code: 'resource_already_exists',
  });
}

/** The ready-made token of a test card: `pm_card_visa`, or `tok_visa`. The brand of declined cards may be named too. */
function readyMadeOf(id: string): string | null {
  const named = id.startsWith('tok_') ? `pm_card_${id.slice('tok_'.length)}` : id;
  const token = named.replace(/^pm_card_visa_chargeDeclined/, 'pm_card_chargeDeclined');
  if (cardByToken(token)) return token;
  if (id.startsWith('pm_card_')) throw notThere('PaymentMethod', id, { param: 'payment_method' });
  return null;
}

function fullYear(year: number | undefined): number | undefined {
  return year !== undefined && year < 100 ? 2000 + year : year;
}

/** A card that is refused is a card error, as a decline is. */
async function asCardErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof CardRefusedError)) throw error;
    const { code, field, message } = error.refusal;
    throw cardError(message, { ...codesOf(code), param: FIELDS[field] });
  }
}

function codesOf(code: CardErrorCode) {
  return code === 'live_card_refused' ? { code: 'card_declined', decline_code: 'test_mode_live_card' } : { code };
}
