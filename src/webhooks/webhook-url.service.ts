import { Injectable } from '@nestjs/common';
import { InvalidFieldError } from '../platform/errors/invalid-field.error.js';
import { Config } from '../platform/config/config.js';
import { type AddressPolicy, urlRefusal } from './address-policy.js';

/** Checks URLs of webhooks by the settings. Addresses that names resolve to are checked at each attempt. */
@Injectable()
export class WebhookUrlService {
  readonly policy: AddressPolicy;

  constructor(config: Config) {
    this.policy = { privateAllowed: !config.isProduction, ports: config.webhookPorts };
  }

  /** Throws InvalidFieldError if webhooks may not be sent to the URL; `field` is the name of what holds it. */
  assertAllowed(url: string, field: string): void {
    const refusal = urlRefusal(url, this.policy);
    if (refusal !== null) throw new InvalidFieldError(field, { type: 'url_not_allowed', msg: refusal }, url);
  }
}
