import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import { WorldsService } from '../accounts/worlds.service.js';
import { Money } from '../platform/common/money.js';
import type { PageReply } from '../platform/http/page-reply.interceptor.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { ChallengeLinks } from './challenge-links.service.js';
import { challengePage, returnAddress } from './challenge-page.js';
import { ChallengeReturns } from './challenge-returns.service.js';
import { asRequest } from './customer-request.js';
import type { Payment } from './payment.schema.js';
import { PaymentChangesService } from './payment-changes.service.js';
import { ChallengeNotFoundError, IllegalTransitionError } from './payment-errors.js';
import { assertAllowed } from './payment-lifecycle.js';
import { PaymentStore } from './payment-store.service.js';

/** The page on which a customer authenticates. */
@Injectable()
export class ChallengePageService {
  constructor(
    private readonly links: ChallengeLinks,
    private readonly payments: PaymentStore,
    private readonly changes: PaymentChangesService,
    private readonly returns: ChallengeReturns,
    private readonly accounts: AccountsService,
    private readonly worlds: WorldsService,
  ) {}

  /** Throws ChallengeNotFoundError. */
  async show(paymentId: string, token: string): Promise<PageReply> {
    return { page: await this.pageOf(await this.getChallenged(paymentId, token)) };
  }

  /** Throws ChallengeNotFoundError, and IllegalTransitionError for a second answer. */
  async answer(paymentId: string, token: string, succeeded: boolean, requestId: string): Promise<PageReply> {
    const challenged = await this.getChallenged(paymentId, token);
    try {
      const payment = await this.authenticate(challenged, paymentId, succeeded, requestId);
      const location = this.returnOf(payment);
      return location === null ? { page: await this.pageOf(payment) } : { location };
    } catch (error) {
      // A double click: a page of ours shows what the first answer led to.
      const location = this.returns.addressFor(challenged);
      if (location === null || !(error instanceof IllegalTransitionError)) throw error;
      return { location };
    }
  }

  private async authenticate(
    { accountId, status }: Payment,
    paymentId: string,
    succeeded: boolean,
    requestId: string,
  ): Promise<Payment> {
    assertAllowed(status, 'authenticate');
    const world = await this.worlds.of(accountId);
    if (!world) throw new ChallengeNotFoundError();
    return asRequest({ accountId, world, requestId }, (context) =>
      this.changes.authenticate(context, paymentId, succeeded),
    );
  }

  private async getChallenged(id: string, token: string): Promise<Payment> {
    const paymentId = this.links.paymentOf(id, token);
    const payment = paymentId === null ? null : await this.payments.find(paymentId);
    if (!payment?.challengeUrl) throw new ChallengeNotFoundError();
    return payment;
  }

  private returnOf(payment: Payment): string | null {
    const { _id, returnUrl, status } = payment;
    return returnUrl === null ? this.returns.addressFor(payment) : returnAddress(returnUrl, publicId(_id), status);
  }

  private async pageOf(payment: Payment): Promise<string> {
    const { accountId, amount, currency, status } = payment;
    const account = await this.accounts.findById(accountId);
    return challengePage({
      merchant: account?.name ?? 'Unknown merchant',
      amount: Money.ofMinor(amount, currency).text,
      answered: status === 'requires_action' ? null : `The payment is ${status}.`,
      returnUrl: this.returnOf(payment),
    });
  }
}
