import { Injectable } from '@nestjs/common';
import { AccountsService } from '../accounts/accounts.service.js';
import type { Principal } from '../platform/access/principal.js';
import { SecretBox } from '../platform/common/secret-box.js';
import type { Page, PageRequest } from '../platform/database/page.js';
import { idIn, publicId } from '../platform/worlds/world-ids.js';
import { WebhookUrlService } from '../webhooks/webhook-url.service.js';
import type { Certification } from './certification.schema.js';
import { CertificationNotFoundError } from './certification-errors.js';
import { CertificationRuns } from './certification-runs.worker.js';
import { CertificationStore } from './certification-store.service.js';
import type { CertificationStyle } from './checks.js';
import { junitOf } from './junit.js';

/** What a merchant asks for. */
export interface CertificationOrder {
  readonly url: string;
  readonly stateUrl: string | null;
  /** Null for the account's current one. */
  readonly secret: string | null;
  readonly style: CertificationStyle;
}

@Injectable()
export class CertificationsService {
  constructor(
    private readonly store: CertificationStore,
    private readonly runs: CertificationRuns,
    private readonly accounts: AccountsService,
    private readonly urls: WebhookUrlService,
    private readonly secrets: SecretBox,
  ) {}

  /** Begins to probe a handler. Throws InvalidFieldError, TooManyCertificationsError. */
  async begin(
    { accountId, world }: Principal,
    id: string,
    { url, stateUrl, secret, style }: CertificationOrder,
  ): Promise<Certification> {
    this.urls.assertAllowed(url, 'url');
    if (stateUrl !== null) this.urls.assertAllowed(stateUrl, 'stateUrl');
    const made = await this.store.find(accountId, id);
    // The same request ran before and was not answered.
    if (made) return made;
    const now = new Date();
    const [current = ''] = await this.accounts.liveWebhookSecrets(accountId, world.now());
    const certification = await this.store.insert({
      _id: id,
      accountId,
      url,
      stateUrl,
      style,
      // In a sandbox the id follows from the seed and the number of the write, so that each run sends other messages.
      seed: publicId(id),
      status: 'running',
      score: 0,
      checks: [],
      createdAt: world.now(),
      finishedAt: null,
      sealedSecret: this.secrets.seal(secret ?? current),
      starts: 0,
      dueAt: now,
    });
    this.runs.wake();
    await this.store.trim(accountId);
    return certification;
  }

  list(accountId: string, page: PageRequest): Promise<Page<Certification>> {
    return this.store.page(accountId, page);
  }

  /** Throws CertificationNotFoundError. */
  async get(accountId: string, id: string): Promise<Certification> {
    const certification = await this.store.find(accountId, idIn(accountId, id));
    if (!certification) throw new CertificationNotFoundError(id);
    return certification;
  }

  /** The result as JUnit XML. Throws CertificationNotFoundError. */
  async junit(accountId: string, id: string): Promise<string> {
    return junitOf(await this.get(accountId, id));
  }
}
