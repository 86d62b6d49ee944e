import { CardField } from './card-field.js';
import { authenticate } from './challenge.js';
import { type Answer, type Fields, Gateway, type Intent, intentPath, type PageError } from './gateway.js';

/** A method by what it is; what a field of ours holds is its card. */
interface MethodData {
  readonly card?: CardField | Fields;
  readonly billing_details?: unknown;
  readonly [name: string]: unknown;
}

/** What a page says of how it pays: an id, a field of ours, or details. */
interface PaymentData {
  readonly payment_method?: string | MethodData;
  readonly return_url?: string;
  readonly setup_future_usage?: string;
  readonly receipt_email?: string;
  readonly shipping?: Fields;
}

interface ConfirmOptions {
  readonly elements?: Elements;
  readonly clientSecret?: string;
  readonly confirmParams?: {
    readonly return_url?: string;
    readonly payment_method?: string;
    readonly payment_method_data?: Fields;
  };
  readonly redirect?: 'always' | 'if_required';
}

type Result = { readonly error: PageError } | Readonly<Record<string, unknown>>;

/** The fields of a page, and what they pay for. */
class Elements {
  private readonly fields: CardField[] = [];

  constructor(readonly clientSecret: string | undefined) {}

  create(kind: string): CardField {
    const field = new CardField(kind);
    this.fields.push(field);
    return field;
  }

  getElement(kind: string): CardField | null {
    return this.fields.find((field) => field.kind === kind) ?? null;
  }

  /** The field that has the card. */
  get card(): CardField | undefined {
    return this.fields.at(-1);
  }

  submit(): Promise<Record<string, never>> {
    return Promise.resolve({});
  }

  update(): void {
    // Looks and languages change nothing here.
  }

  fetchUpdates(): Promise<Record<string, never>> {
    return Promise.resolve({});
  }
}

const missing = (message: string): Result => ({ error: { type: 'validation_error', message } });

/** What pages call: a small part of the other script, on the gateway that served this one. */
class StripeDialect {
  private readonly gateway: Gateway;

  constructor(key: string, origin: string) {
    this.gateway = new Gateway(origin, key);
  }

  elements(options: { readonly clientSecret?: string } = {}): Elements {
    return new Elements(options.clientSecret);
  }

  async createPaymentMethod(data: MethodData & { readonly elements?: Elements }): Promise<Result> {
    const { elements, card = elements?.card, ...others } = data;
    return named(
      'paymentMethod',
      await this.gateway.post('/payment_methods', methodOf({ ...others, ...(card && { card }) })),
    );
  }

  async createToken(card: CardField, data: Fields = {}): Promise<Result> {
    return named('token', await this.gateway.post('/tokens', { card: { ...card.card(), ...data } }));
  }

  async retrievePaymentIntent(clientSecret: string): Promise<Result> {
    return named('paymentIntent', await this.gateway.intent(clientSecret));
  }

  async retrieveSetupIntent(clientSecret: string): Promise<Result> {
    return named('setupIntent', await this.gateway.intent(clientSecret));
  }

  confirmCardPayment(
    clientSecret: string,
    data: PaymentData = {},
    options: { readonly handleActions?: boolean } = {},
  ): Promise<Result> {
    return this.confirmed('paymentIntent', clientSecret, fieldsOf(data), options.handleActions !== false);
  }

  confirmCardSetup(
    clientSecret: string,
    data: PaymentData = {},
    options: { readonly handleActions?: boolean } = {},
  ): Promise<Result> {
    return this.confirmed('setupIntent', clientSecret, fieldsOf(data), options.handleActions !== false);
  }

  confirmPayment(options: ConfirmOptions): Promise<Result> {
    return this.confirmWith('paymentIntent', options);
  }

  confirmSetup(options: ConfirmOptions): Promise<Result> {
    return this.confirmWith('setupIntent', options);
  }

  async handleNextAction({ clientSecret }: { readonly clientSecret: string }): Promise<Result> {
    const name = clientSecret.startsWith('seti_') ? 'setupIntent' : 'paymentIntent';
    const found = await this.gateway.intent(clientSecret);
    return named(name, found.error ? found : await this.acted(clientSecret, found.value));
  }

  handleCardAction(clientSecret: string): Promise<Result> {
    return this.handleNextAction({ clientSecret });
  }

  registerAppInfo(): void {
    // Nobody counts here.
  }

  /** `loadStripe` calls it. */
  _registerWrapper(): void {
    // Nobody counts here.
  }

  private async confirmWith(
    name: string,
    { elements, clientSecret = elements?.clientSecret, confirmParams = {}, redirect = 'always' }: ConfirmOptions,
  ): Promise<Result> {
    if (clientSecret === undefined) return missing('Give the client secret of the intent.');
    const { return_url, payment_method, payment_method_data = {} } = confirmParams;
    if (return_url === undefined && redirect === 'always') return missing('Give confirmParams.return_url.');
    const card = elements?.card;
    const method = payment_method ?? (card && { card, billing_details: payment_method_data.billing_details });
    const result = await this.confirmed(
      name,
      clientSecret,
      fieldsOf({
        ...(method !== undefined && { payment_method: method }),
        ...(return_url !== undefined && { return_url }),
      }),
      true,
    );
    if ('error' in result || redirect !== 'always' || return_url === undefined) return result;
    const address = new URL(return_url);
    const kind = name === 'setupIntent' ? 'setup_intent' : 'payment_intent';
    address.searchParams.set(kind, clientSecret.split('_secret_', 1)[0] ?? '');
    address.searchParams.set(`${kind}_client_secret`, clientSecret);
    address.searchParams.set('redirect_status', 'succeeded');
    location.assign(address);
    // The page goes away.
    return new Promise<never>(() => undefined);
  }

  private async confirmed(name: string, clientSecret: string, fields: Fields, handles: boolean): Promise<Result> {
    const confirmed = await this.gateway.post<Intent>(`${intentPath(clientSecret)}/confirm`, {
      client_secret: clientSecret,
      use_stripe_sdk: true,
      ...fields,
    });
    if (confirmed.error || !handles) return named(name, confirmed);
    return named(name, await this.acted(clientSecret, confirmed.value));
  }

  /** Does what the customer has to do. */
  private async acted(clientSecret: string, intent: Intent): Promise<Answer<Intent>> {
    const { next_action: action } = intent;
    if (intent.status !== 'requires_action' || action === null) return { value: intent };
    const url = action.redirect_to_url?.url ?? action.use_stripe_sdk?.stripe_js ?? '';
    const after = await authenticate(this.gateway, clientSecret, url);
    if (after.error || after.value.status !== 'requires_payment_method') return after;
    const code = `${after.value.object}_authentication_failure`;
    return { error: { type: 'invalid_request_error', code, message: 'The customer did not authenticate.' } };
  }
}

function named(name: string, { value, error }: Answer<unknown>): Result {
  return error ? { error } : { [name]: value };
}

/** The fields of a confirmation. */
function fieldsOf({ payment_method: method, ...others }: PaymentData): Fields {
  if (method === undefined) return { ...others };
  return typeof method === 'string'
    ? { ...others, payment_method: method }
    : { ...others, payment_method_data: methodOf(method) };
}

function methodOf({ card, billing_details, ...others }: MethodData): Fields {
  const field = card instanceof CardField ? card : null;
  const details = (billing_details ?? {}) as Fields;
  const postal = field?.postalCode();
  const address = { ...(details.address as Fields | undefined), ...(postal !== undefined && { postal_code: postal }) };
  return {
    type: 'card',
    ...(others as Fields),
    ...(card && { card: field ? field.card() : (card as Fields) }),
    billing_details: { ...details, ...(Object.keys(address).length > 0 && { address }) },
  };
}

/** Where this script was loaded from. */
const { origin } = new URL((document.currentScript as HTMLScriptElement | null)?.src ?? location.href);

/** Pages call `Stripe(key)`, some with `new`. */
function Stripe(key: string): StripeDialect {
  if (!/^pk_test_\w{1,100}$/.test(key)) throw new Error('Please call Stripe() with your publishable key, pk_test_….');
  return new StripeDialect(key, origin);
}

Object.assign(globalThis, { Stripe: Object.assign(Stripe, { version: 'endive' }) });
