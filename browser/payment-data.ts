import { CardElement } from './card-element.js';
import { type Answer, type Fields, invalid } from './gateway.js';

/** A method by what it is; what an element of ours holds is its card. */
export interface MethodData {
  readonly card?: CardElement | Fields | undefined;
  readonly billing_details?: unknown;
  readonly [name: string]: unknown;
}

/** What a page says of how it pays: an id, an element of ours, or details. */
export interface PaymentData {
  readonly payment_method?: string | MethodData;
  readonly return_url?: string;
  readonly [name: string]: unknown;
}

/** The fields of a confirmation. */
export function fieldsOf({ payment_method: method, ...others }: PaymentData): Answer<Fields> {
  const fields = others as Fields;
  if (method === undefined) return { value: fields };
  if (typeof method === 'string') return { value: { ...fields, payment_method: method } };
  const data = methodOf(method);
  return data.error ? data : { value: { ...fields, payment_method_data: data.value } };
}

/** The fields of a payment method. */
export function methodOf({ card, billing_details, type = 'card', ...others }: MethodData): Answer<Fields> {
  const typed = card instanceof CardElement ? card.read() : null;
  if (typed?.error) return typed;
  const details = (billing_details ?? {}) as Fields;
  const postal = typed?.value.postalCode;
  const address = { ...(postal !== undefined && { postal_code: postal }), ...(details.address as Fields | undefined) };
  return {
    value: {
      ...(others as Fields),
      type: type as string,
      card: typed ? typed.value.card : (card as Fields | undefined),
      billing_details: { ...details, ...(Object.keys(address).length > 0 && { address }) },
    },
  };
}

/** An address of a page to return to; an error if it is none. */
export function returnAddress(text: unknown): Answer<URL> {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : null;
  if (url && /^https?:$/.test(url.protocol)) return { value: url };
  return invalid('return_url', '`return_url` has to be the whole address of a page, https://….');
}
