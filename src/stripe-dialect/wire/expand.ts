import { invalidRequest } from './dialect-error.js';

/** Any object of the dialect. */
export type Shown = Readonly<Record<string, unknown>>;

/** Reads an object that another one names; null if there is none. */
export type Look = (kind: string, id: string) => Promise<Shown | null>;

const MAX_DEPTH = 4;

/** The fields that hold an id, by the kind of the object that has them, with the kind of the object that they name. */
export const EXPANDABLE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  payment_intent: {
    customer: 'customer',
    latest_charge: 'charge',
    payment_method: 'payment_method',
  },
  charge: {
    balance_transaction: 'balance_transaction',
    customer: 'customer',
    failure_balance_transaction: 'balance_transaction',
    payment_intent: 'payment_intent',
    refunds: 'charge.refunds',
  },
  refund: {
    balance_transaction: 'balance_transaction',
    charge: 'charge',
    failure_balance_transaction: 'balance_transaction',
    payment_intent: 'payment_intent',
  },
  customer: {
    default_source: 'payment_method',
    'invoice_settings.default_payment_method': 'payment_method',
    sources: 'customer.sources',
    subscriptions: 'customer.subscriptions',
    tax_ids: 'customer.tax_ids',
    test_clock: 'test_helpers.test_clock',
  },
  payment_method: { customer: 'customer' },
  setup_intent: { customer: 'customer', payment_method: 'payment_method', latest_attempt: 'setup_attempt' },
  'checkout.session': {
    customer: 'customer',
    line_items: 'checkout.session.line_items',
    payment_intent: 'payment_intent',
    setup_intent: 'setup_intent',
  },
  dispute: {
    charge: 'charge',
    payment_intent: 'payment_intent',
    'evidence.cancellation_policy': 'file',
    'evidence.customer_communication': 'file',
    'evidence.customer_signature': 'file',
    'evidence.duplicate_charge_documentation': 'file',
    'evidence.receipt': 'file',
    'evidence.refund_policy': 'file',
    'evidence.service_documentation': 'file',
    'evidence.shipping_documentation': 'file',
    'evidence.uncategorized_file': 'file',
  },
  'radar.early_fraud_warning': { charge: 'charge', payment_intent: 'payment_intent' },
  balance_transaction: { source: 'source' },
  payout: {
    balance_transaction: 'balance_transaction',
    destination: 'bank_account',
    failure_balance_transaction: 'balance_transaction',
  },
  file_link: { file: 'file' },
  item: { price: 'price' },
  price: { product: 'product' },
  product: { default_price: 'price' },
  event: {},
};

/**
 * Shows whole objects in place of their ids. Dots nest, and `data.` goes into the objects of a list. Throws a
 * DialectError (400) for a name that cannot be expanded.
 */
export async function expanded(shown: Shown, paths: readonly string[], look: Look): Promise<Shown> {
  const lookOnce = once(look);
  let result = shown;
  for (const path of new Set(paths)) {
    const names = path.split('.');
    if (names.filter((name) => name !== 'data').length > MAX_DEPTH)
      throw invalidRequest(`You cannot expand more than ${MAX_DEPTH} levels of a property.`, { param: 'expand' });
    result = await expandPath(result, names, path, lookOnce);
  }
  return result;
}

/** Reads each object once, however often it is named. */
function once(look: Look): Look {
  const read = new Map<string, Promise<Shown | null>>();
  return (kind, id) => {
    const key = `${kind} ${id}`;
    const known = read.get(key);
    if (known) return known;
    const found = look(kind, id);
    read.set(key, found);
    return found;
  };
}

async function expandPath(shown: Shown, names: readonly string[], path: string, look: Look): Promise<Shown> {
  const [name = '', ...rest] = names;
  if (name === 'data' && Array.isArray(shown.data)) {
    if (rest.length === 0) return shown;
    const data = await Promise.all(shown.data.map((each: Shown) => expandPath(each, rest, path, look)));
    return { ...shown, data };
  }
  const kinds = new Map(Object.entries(EXPANDABLE[String(shown.object)] ?? {}));
  const [field = '', ...deeper] = rest;
  const inner = kinds.get(`${name}.${field}`);
  // A field of a plain object inside, like `invoice_settings.default_payment_method`.
  if (inner !== undefined) {
    const holder = shown[name] as Shown;
    const value = await expandValue(shown, inner, holder[field], deeper, path, look);
    return { ...shown, [name]: { ...holder, [field]: value } };
  }
  const kind = kinds.get(name);
  if (kind === undefined) throw unexpandable(path);
  return { ...shown, [name]: await expandValue(shown, kind, shown[name], rest, path, look) };
}

async function expandValue(
  holder: Shown,
  kind: string,
  value: unknown,
  rest: readonly string[],
  path: string,
  look: Look,
): Promise<unknown> {
  // Parts that are only shown when they are asked for belong to the object that has them.
  const id = kind.startsWith(`${String(holder.object)}.`) ? String(holder.id) : value;
  const found = typeof id === 'string' ? await look(kind, id) : value;
  if (found === null || found === undefined) return value ?? null;
  return rest.length === 0 ? found : expandPath(found as Shown, rest, path, look);
}

function unexpandable(path: string) {
  return invalidRequest(`This property cannot be expanded (${path}).`, { param: 'expand' });
}
