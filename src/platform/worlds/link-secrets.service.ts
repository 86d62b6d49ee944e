import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Config } from '../config/config.js';
import { idInWorld, worldOf } from './world-ids.js';

const WORLD_MARK = '-';

/** Makes and recognizes the secrets in links to pages for customers. Nobody can guess one, and none is stored. */
@Injectable()
export class LinkSecrets {
  constructor(private readonly config: Config) {}

  /**
   * The secret of the page of one object. It carries the world, since no key does.
   *
   * @param purpose tells several pages of one object apart
   */
  secretOf(purpose: string, id: string): string {
    const secret = createHmac('sha256', this.config.ENCRYPTION_KEY)
      .update(`${purpose} ${id}`)
      .digest('hex')
      .slice(0, 32);
    const world = worldOf(id);
    return world === '' ? secret : `${secret}${WORLD_MARK}${world}`;
  }

  /** The stored id of the object whose page the secret opens; null if the gateway did not make the secret. */
  idOf(purpose: string, publicId: string, secret: string): string | null {
    const [, world = ''] = secret.split(WORLD_MARK, 2);
    const id = idInWorld(world, publicId);
    const expected = Buffer.from(this.secretOf(purpose, id));
    const given = Buffer.from(secret);
    return expected.length === given.length && timingSafeEqual(expected, given) ? id : null;
  }
}
