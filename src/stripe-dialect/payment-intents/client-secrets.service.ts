import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../../platform/config/config.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import type { Call } from '../wire/call.js';
import { invalidRequest, missingParameter } from '../wire/dialect-error.js';

const SECRET_CHARACTERS = 25;

/** The secrets with which browsers reach an intent. Nobody can guess one, and none is stored. */
@Injectable()
export class ClientSecrets {
  constructor(private readonly config: Config) {}

  /** @param id the stored id of an intent */
  of(id: string): string {
    const secret = createHmac('sha256', this.config.ENCRYPTION_KEY).update(`client_secret ${id}`).digest('hex');
    return `${publicId(id)}_secret_${secret.slice(0, SECRET_CHARACTERS)}`;
  }

  /** Throws a DialectError if a publishable key comes without the right secret. */
  assertAllowed({ caller }: Call, id: string, sent: string | undefined): void {
    if (!caller.publishable && sent === undefined) return;
    if (sent === undefined) throw missingParameter('client_secret');
    const [expected, given] = [Buffer.from(this.of(id)), Buffer.from(sent)];
    if (expected.length === given.length && timingSafeEqual(expected, given)) return;
    throw invalidRequest('The client_secret does not belong to this intent.', { param: 'client_secret' });
  }
}
