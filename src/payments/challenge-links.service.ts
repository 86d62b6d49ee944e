import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { LinkSecrets } from '../platform/worlds/link-secrets.service.js';
import { publicId } from '../platform/worlds/world-ids.js';

const PURPOSE = '3ds';

/** Links to the pages on which customers authenticate. Each holds a secret that opens the page of one payment. */
@Injectable()
export class ChallengeLinks {
  constructor(
    private readonly config: Config,
    private readonly secrets: LinkSecrets,
  ) {}

  /** @param requestBase where the request reached the gateway; PUBLIC_URL, if set, counts instead */
  urlOf(paymentId: string, requestBase: string): string {
    return `${this.config.PUBLIC_URL || requestBase}${this.pathOf(paymentId)}`;
  }

  /** The same link for a copy of a payment in another world. */
  movedTo(paymentId: string, url: string): string {
    return `${new URL(url).origin}${this.pathOf(paymentId)}`;
  }

  /** The stored id of the payment whose page this link opens; null if the gateway did not make the link. */
  paymentOf(publicPaymentId: string, token: string): string | null {
    return this.secrets.idOf(PURPOSE, publicPaymentId, token);
  }

  private pathOf(paymentId: string): string {
    return `/3ds/${publicId(paymentId)}/${this.secrets.secretOf(PURPOSE, paymentId)}`;
  }
}
