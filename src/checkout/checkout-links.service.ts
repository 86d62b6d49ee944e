import { Injectable } from '@nestjs/common';
import { Config } from '../platform/config/config.js';
import { LinkSecrets } from '../platform/worlds/link-secrets.service.js';
import { publicId } from '../platform/worlds/world-ids.js';

const PURPOSE = 'checkout';
const PREFIX = 'cs_';

/** The digits of an id, and the secret of its page. */
const TOKEN = /^([0-9a-f]{24})([0-9a-f]{32}(?:-[\w.]{1,64})?)$/;

/** Links to the pages on which customers pay. Each holds a secret that opens the page of one session. */
@Injectable()
export class CheckoutLinks {
  constructor(
    private readonly config: Config,
    private readonly secrets: LinkSecrets,
  ) {}

  /** @param requestBase where the request reached the gateway; PUBLIC_URL, if set, counts instead */
  urlOf(sessionId: string, requestBase: string): string {
    return `${this.config.PUBLIC_URL || requestBase}${this.pathOf(sessionId)}`;
  }

  pathOf(sessionId: string): string {
    return `/checkout/${publicId(sessionId).slice(PREFIX.length)}${this.secrets.secretOf(PURPOSE, sessionId)}`;
  }

  /** The same link for a copy of a session in another world. */
  movedTo(sessionId: string, url: string): string {
    return `${new URL(url).origin}${this.pathOf(sessionId)}`;
  }

  /** The stored id of the session whose page this link opens; null if the gateway did not make the link. */
  sessionOf(token: string): string | null {
    const [, digits = '', secret = ''] = TOKEN.exec(token) ?? [];
    return digits === '' ? null : this.secrets.idOf(PURPOSE, `${PREFIX}${digits}`, secret);
  }
}
