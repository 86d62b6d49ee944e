import type { CheckoutSession } from '../../checkout/checkout-session.schema.js';
import type { CheckoutStatus } from '../../checkout/checkout-state.js';
import type { Payment } from '../../payments/payment.schema.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { addressView } from '../addresses.js';
import { detailsOf as chargeDetailsOf } from '../charges/charge-facts.js';
import { seconds } from '../wire/lists.js';
import { detailsOf, shownUiMode } from './session-details.js';
import { shownSessionId } from './session-ids.js';

/** What a session shows besides what is stored in it. */
export interface SessionExtras {
  readonly version: string;
  /** As it is, or as it was when an event told of it. */
  readonly status: CheckoutStatus;
  /** The payment of its latest attempt; null if there is none. */
  readonly payment: Payment | null;
  /** For pages of the merchant's own. */
  readonly secret: string;
}

const STATUSES = { open: 'open', completed: 'complete', expired: 'expired' } as const;

export function sessionView(session: CheckoutSession, { version, status, payment, secret }: SessionExtras) {
  const { _id, amount, currency, intent, paymentIntentId } = session;
  const details = detailsOf(session);
  const { uiMode = 'hosted_page', items = [] } = details;
  const id = shownSessionId(publicId(_id));
  const isHosted = uiMode === 'hosted_page';
  const subtotal = items.length === 0 ? amount : items.reduce((sum, item) => sum + item.amount, 0);
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: null,
    allowed_payment_method_types: details.allowedTypes ?? null,
    amount_subtotal: subtotal,
    amount_total: amount,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: details.cancelUrl ?? null,
    client_reference_id: details.clientReferenceId ?? session.orderReference,
    client_secret: isHosted ? null : `${id}_secret_${secret}`,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: seconds(session.createdAt),
    currency: currency.toLowerCase(),
    currency_conversion: null,
    custom_fields: [],
    custom_text: NO_TEXTS,
    customer: intent?.customerId ? publicId(intent.customerId) : null,
    customer_account: null,
    customer_creation: intent?.customerId ? null : 'if_required',
    customer_details: customerOf(session, status, payment),
    customer_email: details.customerEmail ?? null,
    discounts: [],
    expires_at: seconds(session.expiresAt),
    integration_identifier: null,
    invoice: null,
    invoice_creation: null,
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: details.metadata ?? session.metadata,
    mode: 'payment',
    origin_context: null,
    payment_intent: paymentIntentId === undefined ? null : publicId(paymentIntentId),
    payment_link: null,
    payment_method_collection: 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: { card: { request_three_d_secure: 'automatic' } },
    payment_method_types: details.types ?? ['card'],
    payment_status: status === 'completed' && isPaid(payment) ? 'paid' : 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    ...(details.returnUrl && { return_url: details.returnUrl }),
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: STATUSES[status],
    submit_type: null,
    subscription: null,
    success_url: isHosted ? (details.successUrl ?? session.successUrl) : null,
    total_details: { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: shownUiMode(uiMode, version),
    url: isHosted && status === 'open' ? session.url : null,
    wallet_options: null,
    ...details.shown,
  };
}

const NO_TEXTS = { after_submit: null, shipping_address: null, submit: null, terms_of_service_acceptance: null };

/** Whether the money is there; what is only authorized is not. */
function isPaid(payment: Payment | null): boolean {
  return payment?.status === 'completed' || payment?.status === 'refunded';
}

/** Who pays: first what the merchant says, then what the payment says. */
function customerOf({ intent }: CheckoutSession, status: CheckoutStatus, payment: Payment | null) {
  const known = {
    address: null,
    business_name: null,
    individual_name: null,
    name: null,
    phone: null,
    tax_exempt: 'none',
  };
  const email = intent?.email ?? null;
  if (status !== 'completed' || payment === null) return email === null ? null : { ...known, email, tax_ids: null };
  const billing = chargeDetailsOf(payment).method?.billing ?? null;
  return {
    ...known,
    address: addressView(billing?.address ?? null) ?? NO_ADDRESS,
    email: billing?.email ?? email,
    name: billing?.name ?? payment.customerName,
    phone: billing?.phone ?? null,
    tax_ids: [],
  };
}

const NO_ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null };
