const INTENT = [
  'id',
  'object',
  'allowed_payment_method_types',
  'automatic_payment_methods',
  'cancellation_reason',
  'client_secret',
  'created',
  'description',
  'excluded_payment_method_types',
  'livemode',
  'next_action',
  'payment_method',
  'payment_method_configuration_details',
  'payment_method_types',
  'status',
] as const;

/** What browsers see of each kind of object; of all other kinds only the id. */
const SHOWN: Readonly<Record<string, readonly string[] | 'all'>> = {
  payment_intent: [
    ...INTENT,
    'amount',
    'amount_details',
    'canceled_at',
    'capture_method',
    'confirmation_method',
    'currency',
    'last_payment_error',
    'processing',
    'receipt_email',
    'setup_future_usage',
    'shipping',
    'source',
  ],
  setup_intent: [...INTENT, 'last_setup_error', 'usage'],
  payment_method: 'all',
  token: 'all',
  card: 'all',
};

/** Never for browsers, wherever it stands. */
const HIDDEN: ReadonlySet<string> = new Set(['metadata', 'fingerprint']);

/** An answer as a publishable key gets it: without what only the merchant's server may know. */
export function browserView(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(browserView);
  if (typeof value !== 'object' || value === null) return value;
  const { object: kind, id } = value as { readonly object?: unknown; readonly id?: unknown };
  const shown = typeof kind === 'string' ? (SHOWN[kind] ?? null) : 'all';
  if (shown === null) return id ?? null;
  const fields = Object.entries(value).filter(
    ([name]) => !HIDDEN.has(name) && (shown === 'all' || shown.includes(name)),
  );
  return Object.fromEntries(fields.map(([name, each]) => [name, browserView(each)]));
}
