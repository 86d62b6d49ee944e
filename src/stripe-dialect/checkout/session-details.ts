import type { CheckoutSession } from '../../checkout/checkout-session.schema.js';
import { isSessionAddress } from '../../checkout/session-address.js';
import type { Metadata } from '../../platform/common/metadata.js';
import type { Call } from '../wire/call.js';
import { invalidRequest, missingParameter } from '../wire/dialect-error.js';
import type { ParamsOf } from '../wire/params.js';
import { isSince } from '../wire/versions.js';
import type { CREATE_SESSION } from './checkout-params.js';

type Sent = ParamsOf<typeof CREATE_SESSION>;

/** Something that is bought. Amounts are in minor units. */
export interface SessionItem {
  /** As the API shows it. */
  readonly price: string;
  readonly description: string;
  readonly quantity: number;
  /** Of all of them. */
  readonly amount: number;
  readonly metadata: Metadata;
}

/** What the dialect keeps of a session besides what every session has. */
export interface SessionDetails {
  readonly items: readonly SessionItem[];
  readonly uiMode: UiMode;
  readonly cancelUrl: string | null;
  readonly successUrl: string | null;
  readonly returnUrl: string | null;
  readonly customerEmail: string | null;
  readonly types: readonly string[] | null;
  readonly allowedTypes: readonly string[] | null;
  readonly clientReferenceId: string | null;
  /** What is shown as it was sent, by the names of its fields. */
  readonly shown: Readonly<Record<string, unknown>>;
  /** Since it was changed; not set before. */
  readonly metadata?: Metadata;
}

/** Of a session that our own API made, there is less. */
export function detailsOf({ dialect = {} }: CheckoutSession): Partial<SessionDetails> {
  return dialect;
}

/** The modes of the page, with the names that they had before. */
const UI_MODES = { hosted_page: 'hosted', embedded_page: 'embedded', elements: 'custom' } as const;
export type UiMode = keyof typeof UI_MODES;

/** A mode as the caller's version calls it. */
export function shownUiMode(mode: UiMode, version: string): string {
  return isSince(version, 'checkoutModeNames') ? mode : UI_MODES[mode];
}

/** Throws a DialectError (400) for a mode that the version of the call does not have. */
export function uiModeOf({ version }: Pick<Call, 'version'>, sent: string | undefined): UiMode {
  if (sent === undefined) return 'hosted_page';
  const modes = Object.keys(UI_MODES) as UiMode[];
  const found = modes.find((mode) => shownUiMode(mode, version) === sent);
  if (found !== undefined) return found;
  const names = modes.map((mode) => shownUiMode(mode, version)).join(', ');
  throw invalidRequest(`Invalid ui_mode: must be one of ${names}`, { code: 'parameter_invalid', param: 'ui_mode' });
}

/** What this gateway has no part of. */
const NOT_HERE = {
  discounts: 'coupons',
  shipping_options: 'shipping rates',
  subscription_data: 'subscriptions',
} as const;

/** Throws a DialectError (400) for sessions that this gateway does not have. */
export function assertHere(sent: Sent): void {
  if (sent.mode === 'setup')
    throw unsupported('sessions in mode `setup` are not part of this gateway; use setup intents', 'mode');
  if (sent.mode === 'subscription') throw unsupported('subscriptions are not part of this gateway', 'mode');
  for (const [param, name] of Object.entries(NOT_HERE))
    if (sent[param as keyof typeof NOT_HERE] !== undefined)
      throw unsupported(`${name} are not part of this gateway`, param);
  if (sent.automatic_tax?.enabled) throw unsupported('taxes are not part of this gateway', 'automatic_tax[enabled]');
}

function unsupported(text: string, param: string) {
  return invalidRequest(`unsupported: ${text}. /docs/guides/stripe-dialect lists what it has.`, { param });
}

/** Where a customer goes, by the mode of the page. Throws DialectErrors (400) for what is missing or no URL. */
export function urlsOf(sent: Sent, uiMode: UiMode): Pick<SessionDetails, 'cancelUrl' | 'successUrl' | 'returnUrl'> {
  const { cancel_url: cancelUrl = null, success_url: successUrl = null, return_url: returnUrl = null } = sent;
  const isHosted = uiMode === 'hosted_page';
  if (isHosted && successUrl === null) throw missingParameter('success_url');
  if (!isHosted && returnUrl === null && sent.redirect_on_completion !== 'never') throw missingParameter('return_url');
  for (const [param, url] of Object.entries({
    cancel_url: cancelUrl,
    success_url: successUrl,
    return_url: returnUrl,
  })) {
    if (url === null) continue;
    if (isHosted === (param === 'return_url'))
      throw invalidRequest(`\`${param}\` cannot be sent with \`ui_mode: ${uiMode}\`.`, { param });
    if (!isSessionAddress(url)) throw invalidRequest('Not a valid URL', { code: 'url_invalid', param });
  }
  return { cancelUrl, successUrl, returnUrl };
}

/** What is only kept and shown. */
export function shownFields(sent: Sent): SessionDetails['shown'] {
  const { phone_number_collection: phone, tax_id_collection: taxIds, invoice_creation: invoices } = sent;
  const fields = {
    allow_promotion_codes: sent.allow_promotion_codes,
    billing_address_collection: sent.billing_address_collection,
    consent_collection: sent.consent_collection,
    customer_creation: sent.customer_creation,
    integration_identifier: sent.integration_identifier,
    invoice_creation: invoices && { enabled: invoices.enabled, invoice_data: NO_INVOICE },
    locale: sent.locale,
    origin_context: sent.origin_context,
    payment_method_collection: sent.payment_method_collection,
    phone_number_collection: phone && { enabled: phone.enabled },
    redirect_on_completion: sent.redirect_on_completion,
    shipping_address_collection: sent.shipping_address_collection,
    submit_type: sent.submit_type,
    tax_id_collection: taxIds && { enabled: taxIds.enabled, required: taxIds.required ?? 'never' },
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

const NO_INVOICE = {
  account_tax_ids: null,
  custom_fields: null,
  description: null,
  footer: null,
  issuer: null,
  metadata: {},
  rendering_options: null,
};
