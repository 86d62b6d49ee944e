import { Injectable } from '@nestjs/common';
import { AccountsService } from '../../accounts/accounts.service.js';
import { WorldsService } from '../../accounts/worlds.service.js';
import { challengePage } from '../../payments/challenge-page.js';
import { asRequest } from '../../payments/customer-request.js';
import { ChallengeNotFoundError, IllegalTransitionError } from '../../payments/payment-errors.js';
import { Config } from '../../platform/config/config.js';
import type { PageReply } from '../../platform/http/page-reply.interceptor.js';
import { LinkSecrets } from '../../platform/worlds/link-secrets.service.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { ClientSecrets } from '../payment-intents/client-secrets.service.js';
import type { SetupIntent } from './setup-intent.schema.js';
import { SetupIntents, SetupStateError } from './setup-intents.service.js';
import { decideAnswer } from './setup-rules.js';

const PURPOSE = 'setup';

/** The pages on which customers authenticate for later payments. */
@Injectable()
export class SetupChallenges {
  constructor(
    private readonly config: Config,
    private readonly links: LinkSecrets,
    private readonly setups: SetupIntents,
    private readonly accounts: AccountsService,
    private readonly worlds: WorldsService,
    private readonly secrets: ClientSecrets,
  ) {}

  /** @param id the stored id of a setup intent */
  urlOf(id: string, base: string): string {
    return `${this.config.PUBLIC_URL || base}/3ds/setups/${publicId(id)}/${this.links.secretOf(PURPOSE, id)}`;
  }

  /** Throws ChallengeNotFoundError. */
  async show(id: string, token: string): Promise<PageReply> {
    return { page: await this.pageOf(await this.get(id, token)) };
  }

  /** Throws ChallengeNotFoundError, and IllegalTransitionError for a second answer. */
  async answer(id: string, token: string, succeeded: boolean, requestId: string): Promise<PageReply> {
    const { accountId } = await this.get(id, token);
    const world = await this.worlds.of(accountId);
    if (!world) throw new ChallengeNotFoundError();
    try {
      const changed = await asRequest({ accountId, world, requestId }, (context) =>
        this.setups.change({ ...context, idempotencyKey: null }, id, 'answer', (intent) =>
          decideAnswer(intent, succeeded),
        ),
      );
      if (!changed) throw new ChallengeNotFoundError();
      const location = this.returnOf(changed);
      return location === null ? { page: await this.pageOf(changed) } : { location };
    } catch (error) {
      if (error instanceof SetupStateError) throw new IllegalTransitionError('completed', 'authenticated', []);
      throw error;
    }
  }

  private async get(publicSetupId: string, token: string): Promise<SetupIntent> {
    const id = this.links.idOf(PURPOSE, publicSetupId, token);
    const intent = id === null ? null : await this.setups.findStored(id);
    if (!intent) throw new ChallengeNotFoundError();
    return intent;
  }

  /** Where the browser goes, with the intent and what came of it. */
  private returnOf({ _id, returnUrl, status }: SetupIntent): string | null {
    if (returnUrl === null) return null;
    const url = new URL(returnUrl);
    url.searchParams.set('setup_intent', publicId(_id));
    url.searchParams.set('setup_intent_client_secret', this.secrets.of(_id));
    url.searchParams.set('redirect_status', status === 'succeeded' ? 'succeeded' : 'failed');
    return url.href;
  }

  private async pageOf(intent: SetupIntent): Promise<string> {
    const account = await this.accounts.findById(intent.accountId);
    return challengePage({
      merchant: account?.name ?? 'Unknown merchant',
      amount: 'Nothing is charged now',
      answered: intent.status === 'requires_action' ? null : `The setup is ${intent.status.replaceAll('_', ' ')}.`,
      returnUrl: this.returnOf(intent),
    });
  }
}
