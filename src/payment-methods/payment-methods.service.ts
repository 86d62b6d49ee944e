import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { WorldsService } from '../accounts/worlds.service.js';
import { UNTOLD_IDS } from '../events/untold-fields.schema.js';
import { UntoldObjects } from '../events/untold-objects.service.js';
import type { Metadata } from '../platform/common/metadata.js';
import { Config } from '../platform/config/config.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { batchedNewInserts } from '../platform/database/driver-writes.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';
import type { World } from '../platform/worlds/world.js';
import { idIn } from '../platform/worlds/world-ids.js';
import type { Outcome } from '../simulation/outcome.js';
import { type Brand, cardByToken, type Checks, type Funding, type TestCard } from '../simulation/test-cards.js';
import { outcomeOf } from './attachment-rules.js';
import type { BillingDetails } from './billing.js';
import { checkCard } from './card-rules.js';
import {
  checksOf,
  fingerprintOf,
  type MethodDetails,
  newMethod,
  type NewCard,
  readyMadeExpiry,
  readyMadeInput,
} from './new-method.js';
import { CardRefusedError, PaymentMethodNotFoundError, UnknownPaymentMethodError } from './payment-method-errors.js';
import { PaymentMethod } from './payment-method.schema.js';

/** Whose payment method it is. */
export interface MethodOwner {
  readonly accountId: string;
  readonly world: World;
}

/** The payment method of a charge, with its outcome. */
export interface ChargedMethod {
  /** As it was given: a ready-made token, or the id of the account's own. */
  readonly id: string;
  /** The ready-made token of the same card. */
  readonly testToken: string;
  readonly brand: Brand;
  readonly funding: Funding;
  readonly last4: string;
  readonly expMonth: number;
  readonly expYear: number;
  readonly fingerprint: string;
  readonly checks: Checks;
  readonly billing: BillingDetails | null;
  readonly metadata: Metadata;
  /** The stored id of the customer that it is attached to. */
  readonly customerId: string | null;
  readonly isSetUp: boolean;
  /** For a charge that the customer is there to authenticate; see `outcomeOffSession`. */
  readonly outcome: Outcome;
}

/** Makes, lists and finds payment methods. What happens between them and customers: see AttachedMethods. */
@Injectable()
export class PaymentMethodsService {
  /** What subscribers are told of: `payment_method.attached`, `.updated`, `.detached`. */
  readonly changes: UntoldObjects<PaymentMethod>;
  private readonly insertOne: (method: PaymentMethod) => Promise<boolean>;

  constructor(
    private readonly config: Config,
    @InjectModel(PaymentMethod.name) private readonly methods: Model<PaymentMethod>,
    accountData: AccountData,
    worlds: WorldsService,
    runner: DueWorkRunner,
  ) {
    accountData.register({
      model: methods,
      belongsTo: 'world',
      outlivesUser: false,
      copied: {
        ids: ['_id', 'customerId', 'untold.previous.customerId', ...UNTOLD_IDS],
        left: ['leaseUntil'],
      },
    });
    this.insertOne = batchedNewInserts(methods);
    this.changes = new UntoldObjects(methods, worlds, runner, 'payment_method.repair');
  }

  /** Throws CardRefusedError if the card is not a valid test card. */
  async create(owner: MethodOwner, id: string, input: NewCard, details: MethodDetails = {}): Promise<PaymentMethod> {
    const card = checkCard(input, owner.world.now());
    if (!('token' in card)) throw new CardRefusedError(card);
    const { token } = card;
    if (token === null)
      throw new CardRefusedError({ code: 'incorrect_number', field: 'number', message: 'The card number is wrong' });
    return this.insert(owner, id, { ...card, token }, input, details);
  }

  /**
   * Makes a payment method of a ready-made token, as if its card had been sent with a security code.
   * Throws UnknownPaymentMethodError if there is no such token.
   */
  async createFromToken(
    owner: MethodOwner,
    id: string,
    token: string,
    details: MethodDetails = {},
  ): Promise<PaymentMethod> {
    const card = cardByToken(token);
    if (!card) throw new UnknownPaymentMethodError(token);
    const input = readyMadeInput(card, details.billing ?? {}, owner.world.now());
    return this.insert(owner, id, { ...card, token }, input, details);
  }

  list(accountId: string, page: PageRequest): Promise<Page<PaymentMethod>> {
    return findPage(this.methods, accountId, {}, page);
  }

  /** Throws PaymentMethodNotFoundError if the account has no such method. */
  async get(accountId: string, id: string): Promise<PaymentMethod> {
    const method = await this.find(accountId, id);
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
  async toCharge(owner: MethodOwner, token: string): Promise<ChargedMethod> {
    const readyMade = cardByToken(token);
    if (readyMade) return this.readyMade(owner, token, readyMade);
    const method = await this.find(owner.accountId, token);
    if (!method) throw new UnknownPaymentMethodError(token);
    return this.charged(method, token);
  }

  /**
   * An account's own method with the outcome of a charge. Throws UnknownPaymentMethodError if its card is none any more.
   *
   * @param id what the method is called
   */
  charged(method: PaymentMethod, id = method._id): ChargedMethod {
    const card = cardByToken(method.testToken);
    if (!card) throw new UnknownPaymentMethodError(id);
    const { testToken, brand, funding, last4, expMonth, expYear, fingerprint, checks } = method;
    const { billing = null, metadata = {}, customerId = null, isSetUp = false } = method;
    return {
      id,
      testToken,
      brand,
      funding,
      last4,
      expMonth,
      expYear,
      fingerprint,
      checks,
      billing,
      metadata,
      customerId,
      isSetUp,
      outcome: outcomeOf(card, method),
    };
  }

  private find(accountId: string, id: string): Promise<PaymentMethod | null> {
    return this.methods
      .findOne({ _id: idIn(accountId, id), accountId })
      .lean<PaymentMethod>()
      .exec();
  }

  private async insert(
    { accountId, world }: MethodOwner,
    id: string,
    card: TestCard & { readonly token: string },
    input: NewCard,
    details: MethodDetails,
  ): Promise<PaymentMethod> {
    const facts = { id, accountId, fingerprintKey: this.fingerprintKey(world), now: world.now() };
    const method = newMethod(card, input, details, facts);
    if (await this.insertOne(method)) return method;
    // If an earlier run of this request stored the method but did not answer, that one stays.
    return (await this.find(accountId, id)) ?? method;
  }

  private readyMade({ accountId, world }: MethodOwner, token: string, card: TestCard): ChargedMethod {
    return {
      id: token,
      testToken: token,
      brand: card.brand,
      funding: card.funding,
      last4: card.number.slice(-4),
      ...readyMadeExpiry(world.now()),
      fingerprint: fingerprintOf(token, accountId, this.fingerprintKey(world)),
      checks: checksOf(card, readyMadeInput(card, {}, world.now())),
      billing: null,
      metadata: {},
      customerId: null,
      isSetUp: false,
      outcome: card.outcome,
    };
  }

  private fingerprintKey({ seed }: World): string {
    return seed ?? this.config.ENCRYPTION_KEY;
  }
}
