import { type ClientOptions, connect } from './connection.js';
import { Subjects } from './subjects.js';
import { verifyWebhook } from './verify-webhook.js';

/**
 * A client of one gateway and one account. Methods reject with GatewayError if the gateway answers with an error, and
 * with GatewayConnectionError if there is no answer. Requests that failed for a passing reason are repeated where that
 * is safe; each write has an Idempotency-Key for it.
 */
export class GatewayClient extends Subjects {
  /** Checks a webhook's signature and returns its event. */
  readonly verifyWebhook = verifyWebhook;

  /** @throws TypeError if the URL is none */
  constructor(options: ClientOptions) {
    super(connect(options));
  }
}

/** @example const client = createClient({ url: 'http://127.0.0.1:3000', apiKey: process.env.GATEWAY_KEY }); */
export function createClient(options: ClientOptions): GatewayClient {
  return new GatewayClient(options);
}
