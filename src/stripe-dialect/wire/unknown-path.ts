import { DialectError } from './dialect-error.js';

/** What the other API has and this gateway has not, by the first part of its path. */
const NOT_HERE: Readonly<Record<string, string>> = {
  subscriptions: 'subscriptions',
  subscription_items: 'subscriptions',
  subscription_schedules: 'subscriptions',
  invoices: 'invoices',
  invoiceitems: 'invoices',
  coupons: 'coupons',
  promotion_codes: 'coupons',
  accounts: 'connected accounts',
  transfers: 'connected accounts',
  application_fees: 'connected accounts',
  payment_links: 'payment links',
  quotes: 'quotes',
};

/** A path that is not there: SDKs need JSON, and people a sentence. */
export function unknownPath(method: string, url: string): DialectError {
  const path = url.split('?', 1)[0] ?? url;
  const [, version = '', name = ''] = path.split('/');
  const missing = version === 'v2' ? 'v2 of the API' : Object.hasOwn(NOT_HERE, name) ? NOT_HERE[name] : undefined;
  const message =
    missing === undefined
      ? `Unrecognized request URL (${method}: ${path.slice(0, 200)}). /docs/guides/stripe-dialect lists what this gateway has.`
      : `unsupported: ${missing} are not part of this gateway. /docs/guides/stripe-dialect lists what it has.`;
  return new DialectError(404, 'invalid_request_error', message.replace('v2 of the API are', 'v2 of the API is'));
}
