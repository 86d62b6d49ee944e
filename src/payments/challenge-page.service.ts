import { Injectable } from '@nestjs/common';
import { newSeed } from '../platform/common/ids.js';
import { Money } from '../platform/common/money.js';
import { DomainError } from '../platform/errors/domain-error.js';
import type { World } from '../platform/worlds/world.js';
import { idInWorld, publicId } from '../platform/worlds/world-ids.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { WorldsService } from '../accounts/worlds.service.js';
import { challengePage, returnAddress } from './challenge-page.js';
import type { Payment } from './payment.schema.js';
import { ChallengeNotFoundError } from './payment-errors.js';
import { assertAllowed } from './payment-lifecycle.js';
import { ChallengeLinks } from './challenge-links.service.js';
import { PaymentChangesService } from './payment-changes.service.js';
import { PaymentStore } from './payment-store.service.js';

/** What the browser gets after the customer has answered: a redirect, or a page. */
export type ChallengeReply = { readonly location: string } | { readonly page: string };

/** The page on which a customer authenticates. */
@Injectable()
export class ChallengePageService {
  constructor(
    private readonly links: ChallengeLinks,
    private readonly payments: PaymentStore,
    private readonly changes: PaymentChangesService,
    private readonly accounts: AccountsService,
    private readonly worlds: WorldsService,
  ) {}

  /** Throws ChallengeNotFoundError. */
  async show(paymentId: string, token: string): Promise<string> {
    return this.pageOf(await this.getChallenged(paymentId, token));
  }

  /** Throws ChallengeNotFoundError, and IllegalTransitionError for a second answer. */
  async answer(paymentId: string, token: string, succeeded: boolean, requestId: string): Promise<ChallengeReply> {
    const { accountId, status } = await this.getChallenged(paymentId, token);
    assertAllowed(status, 'authenticate');
    const world = await this.worlds.of(accountId);
    if (!world) throw new ChallengeNotFoundError();
    const payment = await this.authenticate(accountId, world, requestId, paymentId, succeeded);
    return payment.returnUrl === null
      ? { page: await this.pageOf(payment) }
      : { location: returnAddress(payment.returnUrl, publicId(payment._id), payment.status) };
  }

  /** Like a request of the merchant: in a sandbox it has a number, and gives it back if it is refused. */
  private async authenticate(
    accountId: string,
    world: World,
    sentId: string,
    paymentId: string,
    succeeded: boolean,
  ): Promise<Payment> {
    const seed = world.requestSeed();
    const requestId = seed === null ? sentId : `req_${seed}`;
    const write = await world.beginWrite();
    const eventId = idInWorld(world.id, `evt_${write?.seed ?? newSeed(new Date())}`);
    try {
      return await this.changes.authenticate({ accountId, world, requestId, eventId }, paymentId, succeeded);
    } catch (error) {
      if (error instanceof DomainError) await write?.release();
      throw error;
    }
  }

  private async getChallenged(id: string, token: string): Promise<Payment> {
    const paymentId = this.links.paymentOf(id, token);
    const payment = paymentId === null ? null : await this.payments.find(paymentId);
    if (!payment?.challengeUrl) throw new ChallengeNotFoundError();
    return payment;
  }

  private async pageOf({ _id, accountId, amount, currency, status, returnUrl }: Payment): Promise<string> {
    const account = await this.accounts.findById(accountId);
    return challengePage({
      merchant: account?.name ?? 'Unknown merchant',
      amount: Money.ofMinor(amount, currency).text,
      answered: status === 'requires_action' ? null : `The payment is ${status}.`,
      returnUrl: returnUrl === null ? null : returnAddress(returnUrl, publicId(_id), status),
    });
  }
}
