import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';

/** Links to the pages on which customers authenticate. Each holds a secret that opens the page of one payment. */
@Injectable()
export class ChallengeLinks {
  constructor(private readonly config: Config) {}

  /** @param requestBase where the request reached the gateway; PUBLIC_URL, if set, counts instead */
  urlOf(paymentId: string, requestBase: string): string {
    return `${this.config.PUBLIC_URL || requestBase}/3ds/${paymentId}/${this.tokenOf(paymentId)}`;
  }

  isTokenOf(paymentId: string, token: string): boolean {
    const expected = Buffer.from(this.tokenOf(paymentId));
    const given = Buffer.from(token);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  /** Nobody can guess it, and nothing has to be stored to recognize it. */
  private tokenOf(paymentId: string): string {
    return createHmac('sha256', this.config.ENCRYPTION_KEY).update(`3ds ${paymentId}`).digest('hex').slice(0, 32);
  }
}
