import type { CatalogueEntry } from './catalogue-entry.js';

/**
 * The codes of rules that no route of the gateway's own API meets. Adapters such as the Stripe-compatible dialect answer
 * them in a form of their own, so neither the OpenAPI document nor docs/errors.md has them.
 */
export const ADAPTER_ERRORS = {
  customer_not_found: {
    status: 404,
    cause: 'The account has no such customer.',
    action: 'Check the id (`cus_…`).',
    detail: "Customer 'cus_0193a5e2c7f11b2c3d4e5f60' not found for this user.",
  },
  customer_deleted: {
    status: 409,
    cause: 'The customer was deleted.',
    action: 'Create another customer.',
    detail: "Customer 'cus_0193a5e2c7f11b2c3d4e5f60' was deleted.",
  },
  payment_method_attached: {
    status: 409,
    cause: 'The payment method is attached to another customer.',
    action: 'Detach it first.',
    detail: "Payment method 'pm_0193a5e2c7f11b2c3d4e5f60' is attached to another customer; detach it first.",
  },
  payment_method_not_attached: {
    status: 409,
    cause: 'The payment method is not attached to this customer, or to any.',
    action: 'Attach it first.',
    detail: "Payment method 'pm_0193a5e2c7f11b2c3d4e5f60' is not attached to any customer.",
  },
  payment_method_refused: {
    status: 402,
    cause: 'The issuer declined the card when it was to be attached to a customer.',
    action: 'Let the customer use another card.',
    detail: 'The card was declined.',
  },
  payment_intent_not_found: {
    status: 404,
    cause: 'The account has no such payment intent.',
    action: 'Check the id (`pi_…`), and that the key is one of the account that made the intent.',
    detail: "Payment intent 'pi_0193a5e2c7f11b2c3d4e5f60' not found.",
  },
} as const satisfies Record<string, CatalogueEntry>;
