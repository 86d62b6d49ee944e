import { CardElement } from './card-element.js';
import { authenticate } from './challenge.js';
import { Elements } from './elements.js';
import {
  type Answer,
  type Fields,
  Gateway,
  type Intent,
  type IntentKind,
  type IntentPlace,
  invalid,
  type PageError,
  placeOf,
} from './gateway.js';
import { fieldsOf, type MethodData, methodOf, type PaymentData, returnAddress } from './payment-data.js';

interface ConfirmOptions {
  readonly elements?: Elements;
  readonly clientSecret?: string;
  readonly confirmParams?: PaymentData & { readonly payment_method_data?: MethodData };
  readonly redirect?: 'always' | 'if_required';
}

interface CardOptions {
  readonly handleActions?: boolean;
}

/** What pages get: an error, or an object under its name. */
type Result = { readonly error: PageError } | Readonly<Record<string, unknown>>;

const NAMES = { payment_intent: 'paymentIntent', setup_intent: 'setupIntent' } as const;

/** What pages call: a small part of the other script, on the gateway that served this one. Errors are answered. */
class StripeDialect {
  private readonly gateway: Gateway;

  constructor(key: string, origin: string) {
    this.gateway = new Gateway(origin, key);
  }

  elements(options: { readonly clientSecret?: string } = {}): Elements {
    return new Elements(options.clientSecret);
  }

  async createPaymentMethod(data: MethodData & { readonly elements?: Elements; readonly params?: MethodData }) {
    const { elements, params, card = elements?.card, ...others } = data;
    const method = methodOf({ card, ...others, ...params });
    return named('paymentMethod', method.error ? method : await this.gateway.post('/payment_methods', method.value));
  }

  async createToken(element: unknown, data: Fields = {}): Promise<Result> {
    if (!(element instanceof CardElement)) return invalid('card', 'Give the element in which the card is typed.');
    const typed = element.read();
    if (typed.error) return { error: typed.error };
    const { card, postalCode } = typed.value;
    return named('token', await this.gateway.post('/tokens', { card: { address_zip: postalCode, ...data, ...card } }));
  }

  retrievePaymentIntent(clientSecret: string): Promise<Result> {
    return this.retrieve('payment_intent', clientSecret);
  }

  retrieveSetupIntent(clientSecret: string): Promise<Result> {
    return this.retrieve('setup_intent', clientSecret);
  }

  confirmCardPayment(clientSecret: string, data?: PaymentData, options?: CardOptions): Promise<Result> {
    return this.confirmCard('payment_intent', clientSecret, data, options);
  }

  confirmCardSetup(clientSecret: string, data?: PaymentData, options?: CardOptions): Promise<Result> {
    return this.confirmCard('setup_intent', clientSecret, data, options);
  }

  confirmPayment(options: ConfirmOptions): Promise<Result> {
    return this.confirmWith('payment_intent', options);
  }

  confirmSetup(options: ConfirmOptions): Promise<Result> {
    return this.confirmWith('setup_intent', options);
  }

  async handleNextAction(options: { readonly clientSecret: string }): Promise<Result> {
    const place = placeOf((options as typeof options | undefined)?.clientSecret);
    if (place.error) return { error: place.error };
    const found = await this.gateway.intent(place.value);
    if (found.error) return { error: found.error };
    const { status, object } = found.value;
    if (status === 'requires_action') return this.finished(place.value, found);
    const message = `The customer has nothing to do: the intent has the status ${status}.`;
    const code = `${object}_unexpected_state`;
    return { error: { type: 'invalid_request_error', code, message, [object]: found.value } };
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

  private async retrieve(kind: IntentKind, clientSecret: string): Promise<Result> {
    const place = placeOf(clientSecret, kind);
    return named(NAMES[kind], place.error ? place : await this.gateway.intent(place.value));
  }

  /** Whatever the customer has to do opens in a dialog: the customer stays on the page. */
  private async confirmCard(
    kind: IntentKind,
    clientSecret: string,
    data: PaymentData = {},
    { handleActions = true }: CardOptions = {},
  ): Promise<Result> {
    const place = placeOf(clientSecret, kind);
    if (place.error) return { error: place.error };
    const { return_url, ...others } = data;
    if (handleActions && data.payment_method === undefined) {
      // The server has confirmed it already, perhaps.
      const found = await this.gateway.intent(place.value);
      if (found.value?.status === 'requires_action') return this.finished(place.value, found);
    }
    const confirmed = await this.confirm(place.value, handleActions ? others : { ...others, return_url });
    return handleActions ? this.finished(place.value, confirmed) : named(NAMES[kind], confirmed);
  }

  /** With `redirect: 'always'` the page goes away, unless there is an error. */
  private async confirmWith(kind: IntentKind, options: ConfirmOptions): Promise<Result> {
    const { elements, clientSecret = elements?.clientSecret, confirmParams = {}, redirect = 'always' } = options;
    const place = placeOf(clientSecret, kind);
    if (place.error) return { error: place.error };
    const { return_url, payment_method_data: data = {}, ...others } = confirmParams;
    const leaves = redirect === 'always';
    const address = leaves ? returnAddress(return_url) : null;
    if (address?.error) return { error: address.error };
    const card = elements?.card ?? data.card;
    const { payment_method = card && { ...data, card } } = others;
    const confirmed = await this.confirm(place.value, {
      ...others,
      ...(payment_method !== undefined && { payment_method }),
      ...(address && { return_url: address.value.href }),
    });
    if (confirmed.error || !address || confirmed.value.status === 'requires_action')
      return this.finished(place.value, confirmed);
    return goTo(returnTo(address.value, place.value, confirmed.value.status));
  }

  private async confirm({ path, clientSecret }: IntentPlace, data: PaymentData): Promise<Answer<Intent>> {
    const fields = fieldsOf(data);
    if (fields.error) return fields;
    return this.gateway.post(`${path}/confirm`, {
      ...fields.value,
      client_secret: clientSecret,
      use_stripe_sdk: true,
    });
  }

  /** Lets the customer do what is left to do, and says what came of it. */
  private async finished(place: IntentPlace, confirmed: Answer<Intent>): Promise<Result> {
    const name = NAMES[place.kind];
    const { status, next_action: action = null } = confirmed.value ?? {};
    if (status !== 'requires_action' || action === null) return named(name, confirmed);
    if (action.redirect_to_url) return goTo(new URL(action.redirect_to_url.url));
    const url = action.use_stripe_sdk?.stripe_js;
    if (url === undefined) return named(name, confirmed);
    const after = await authenticate(this.gateway, place, url);
    if (after.error || !['requires_payment_method', 'requires_action'].includes(after.value.status))
      return named(name, after);
    const { value } = after;
    const reason = value.last_payment_error ?? value.last_setup_error ?? NOT_AUTHENTICATED(place.kind);
    return { error: { ...reason, [place.kind]: value } };
  }
}

const NOT_AUTHENTICATED = (kind: IntentKind): PageError => ({
  type: 'invalid_request_error',
  code: `${kind}_authentication_failure`,
  message: 'The customer did not authenticate; another payment method may work.',
});

function named(name: string, { value, error }: Answer<unknown>): Result {
  return error ? { error } : { [name]: value };
}

/** The page goes away: its promise stays open. */
function goTo(address: URL): Promise<never> {
  location.assign(address);
  return new Promise<never>(() => undefined);
}

/** Where the customer returns to when nothing was left to do. */
function returnTo(address: URL, { kind, id, clientSecret }: IntentPlace, status: string): URL {
  const url = new URL(address);
  url.searchParams.set(kind, id);
  url.searchParams.set(`${kind}_client_secret`, clientSecret);
  url.searchParams.set('redirect_status', status === 'processing' ? 'pending' : 'succeeded');
  return url;
}

/** Where this script was loaded from. */
const { origin } = new URL((document.currentScript as HTMLScriptElement | null)?.src ?? location.href);

/** Pages call `Stripe(key)`, some with `new`. Throws an Error if the key is not publishable. */
function Stripe(key: string): StripeDialect {
  if (!/^pk_test_\w{1,100}$/.test(key)) throw new Error('Please call Stripe() with your publishable key, pk_test_….');
  return new StripeDialect(key, origin);
}

Object.assign(globalThis, { Stripe: Object.assign(Stripe, { version: 'endive' }) });
