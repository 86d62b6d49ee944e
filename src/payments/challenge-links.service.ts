import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { idInWorld, publicId, worldOf } from '../platform/worlds/world-ids.js';

const WORLD_MARK = '-';

/** Links to the pages on which customers authenticate. Each holds a secret that opens the page of one payment. */
@Injectable()
export class ChallengeLinks {
  constructor(private readonly config: Config) {}

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
    const [, world = ''] = token.split(WORLD_MARK, 2);
    const paymentId = idInWorld(world, publicPaymentId);
    const expected = Buffer.from(this.tokenOf(paymentId));
    const given = Buffer.from(token);
    return expected.length === given.length && timingSafeEqual(expected, given) ? paymentId : null;
  }

  private pathOf(paymentId: string): string {
    return `/3ds/${publicId(paymentId)}/${this.tokenOf(paymentId)}`;
  }

  /** Nobody can guess it, and nothing has to be stored to recognize it. It carries the world, since no key does. */
  private tokenOf(paymentId: string): string {
    const secret = createHmac('sha256', this.config.ENCRYPTION_KEY)
      .update(`3ds ${paymentId}`)
      .digest('hex')
      .slice(0, 32);
    const world = worldOf(paymentId);
    return world === '' ? secret : `${secret}${WORLD_MARK}${world}`;
  }
}
