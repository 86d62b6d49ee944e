import type { Call } from '../wire/call.js';
import { invalidRequest } from '../wire/dialect-error.js';
import type { ParamsOf } from '../wire/params.js';
import { isSince } from '../wire/versions.js';
import type { CREATE_INTENT } from './intent-params.js';

type Params = ParamsOf<typeof CREATE_INTENT>;
type Sent = { readonly [K in keyof Params]?: Params[K] | undefined };

/** Whether the customer is not there: `true`, or a reason. */
export function isOffSession(sent: unknown): boolean {
  return sent !== undefined && sent !== 'false' && sent !== '';
}

/**
 * The methods that an intent is said to take; null if nothing is said. Requests without a version may also name them as
 * older versions do: the official command line does. Throws a DialectError (400).
 */
export function methodTypes(
  { version, isVersionAsked }: Pick<Call, 'version' | 'isVersionAsked'>,
  { payment_method_types: types, allowed_payment_method_types: allowed }: Sent,
): readonly string[] | null {
  if (types !== undefined && isVersionAsked && isSince(version, 'typesNotSent'))
    throw invalidRequest('`payment_method_types` is no longer supported; send `allowed_payment_method_types`.', {
      code: 'payment_method_types_no_longer_supported',
      param: 'payment_method_types',
    });
  const asked = types ?? allowed ?? null;
  const unknown = asked?.find((type) => type !== 'card' && type !== 'link');
  if (unknown !== undefined)
    throw invalidRequest(`The payment method type "${unknown}" is no part of this gateway; it has card.`, {
      param: types ? 'payment_method_types' : 'allowed_payment_method_types',
    });
  return asked;
}

/** Whether an intent takes what fits by itself: if it is told so, or newer versions are told nothing. */
export function isAutomatic(
  { version }: Pick<Call, 'version'>,
  types: readonly string[] | null,
  enabled: boolean | undefined,
): boolean {
  return enabled ?? (types === null && isSince(version, 'automaticMethods'));
}

/** What an intent only keeps and shows; what was not sent is left out. */
export function detailsOfIntent(
  sent: Sent,
  { types, automatic }: { readonly types: readonly string[] | null; readonly automatic: boolean },
): Readonly<Record<string, unknown>> {
  const { automatic_payment_methods: asked, shipping, confirmation_method } = sent;
  const to = shipping && {
    address: {
      city: null,
      country: null,
      line1: null,
      line2: null,
      postal_code: null,
      state: null,
      ...shipping.address,
    },
    carrier: shipping.carrier ?? null,
    name: shipping.name ?? null,
    phone: shipping.phone ?? null,
    tracking_number: shipping.tracking_number ?? null,
  };
  return {
    ...(types && { types }),
    ...(sent.allowed_payment_method_types && { allowedTypes: sent.allowed_payment_method_types }),
    ...(automatic && {
      automaticMethods: { allow_redirects: asked?.allow_redirects ?? 'always', enabled: true },
    }),
    ...(confirmation_method && { confirmationMethod: confirmation_method }),
    ...(shipping !== undefined && { shipping: to }),
    ...(sent.statement_descriptor !== undefined && { statementDescriptor: sent.statement_descriptor }),
    ...(sent.statement_descriptor_suffix !== undefined && {
      statementDescriptorSuffix: sent.statement_descriptor_suffix,
    }),
  };
}
