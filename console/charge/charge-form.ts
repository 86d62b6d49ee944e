import type { Schemas } from '../../client/connection.js';
import type { TestValue } from '../test-values/test-value-groups.js';

/** What stands in the form of a charge. */
export interface ChargeForm {
  readonly customerName: string;
  readonly paymentAmount: number | string;
  readonly currency: string;
  readonly paymentMethod: string;
  /** The number of a test card, which is turned into a payment method first. */
  readonly cardNumber: string;
  readonly capture: 'automatic' | 'manual';
  readonly orderReference: string;
  readonly details: string;
  readonly webhookUrl: string;
  readonly returnUrl: string;
  /** One `name=value` in each line. */
  readonly metadata: string;
  readonly simulate: string;
}

export const EMPTY_CHARGE: ChargeForm = {
  customerName: 'Jenny Rosen',
  paymentAmount: 19.99,
  currency: 'USD',
  paymentMethod: '',
  cardNumber: '',
  capture: 'automatic',
  orderReference: '',
  details: '',
  webhookUrl: '',
  returnUrl: '',
  metadata: '',
  simulate: '',
};

/** The form with a test value where it belongs, and no other test value. */
export function withTestValue(form: ChargeForm, { channel, value }: Pick<TestValue, 'channel' | 'value'>): ChargeForm {
  const plain = { ...form, paymentMethod: '', cardNumber: '', simulate: '' };
  switch (channel) {
    case 'token':
      return { ...plain, paymentMethod: value };
    case 'card':
      return { ...plain, cardNumber: value };
    case 'header':
      return { ...plain, simulate: value };
    case 'customer_name':
      return { ...plain, customerName: value };
    case 'amount':
      return { ...plain, paymentAmount: Number(value) };
  }
}

/** The form of a charge like an earlier payment. */
export function formOf(payment: Schemas['PaymentDto']): ChargeForm {
  const { customerName, amount, currency, capture, orderReference, details, webhookUrl, metadata } = payment;
  return {
    ...EMPTY_CHARGE,
    customerName,
    paymentAmount: amount,
    currency,
    capture,
    orderReference: orderReference ?? '',
    details: details === 'No details provided' ? '' : details,
    webhookUrl: webhookUrl ?? '',
    metadata: Object.entries(metadata)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
    paymentMethod: payment.paymentMethod?.id ?? '',
  };
}

/** The body of the request; what was left empty is not sent. */
export function chargeOf(form: ChargeForm): Schemas['ChargeDto'] {
  const { customerName, paymentAmount, currency, capture } = form;
  const metadata = metadataOf(form.metadata);
  const texts = Object.fromEntries(
    (['paymentMethod', 'orderReference', 'details', 'webhookUrl', 'returnUrl'] as const).flatMap((name) => {
      const text = form[name].trim();
      return text === '' ? [] : [[name, text] as const];
    }),
  );
  return {
    customerName: customerName.trim(),
    paymentAmount: Number(paymentAmount),
    currency: currency.trim().toUpperCase(),
    ...texts,
    ...(capture === 'manual' && { capture }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

function metadataOf(text: string): Record<string, string> {
  const pairs = text.split('\n').flatMap((line) => {
    const mark = line.indexOf('=');
    return mark < 1 ? [] : [[line.slice(0, mark).trim(), line.slice(mark + 1).trim()] as const];
  });
  return Object.fromEntries(pairs);
}
