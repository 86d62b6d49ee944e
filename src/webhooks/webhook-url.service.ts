import { Injectable } from '@nestjs/common';
import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';
import { Config } from '../platform/config/config.js';
import { type AddressPolicy, urlRefusal } from './address-policy.js';

/** Where webhooks may be sent by the settings; what names resolve to is checked when they are sent. */
@Injectable()
export class WebhookUrlService {
  readonly policy: AddressPolicy;

  constructor(config: Config) {
    this.policy = { privateAllowed: !config.isProduction, ports: config.webhookPorts };
  }

  /** Throws ValidationFailedError, naming the field of the body that holds the URL. */
  assertAllowed(url: string, field: string): void {
    const refusal = urlRefusal(url, this.policy);
    if (refusal !== null) throw ValidationFailedError.at(['body', field], 'url_not_allowed', refusal, url);
  }
}
