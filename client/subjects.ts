import type { Client } from 'openapi-fetch';
import { Accounts } from './accounts.js';
import type { paths } from './api.js';
import { Balance, Ledger } from './balance.js';
import { CheckoutSessions } from './checkout.js';
import { answered, type Connection, type QueryOf, type RequestOptions, type Schemas, sent } from './connection.js';
import { Disputes } from './disputes.js';
import { Events, RequestLogs } from './events.js';
import { PaymentMethods, Payments, Refunds } from './payments.js';
import { Payouts } from './payouts.js';
import { Certifications, Clock, DoubleCharges, Faults, Sandboxes } from './sandboxes.js';
import { Exercises, Settlements } from './settlements.js';
import { WebhookDeliveries, WebhookEndpoints } from './webhooks.js';

/** What can be asked of a gateway, by subject. It runs in browsers too. */
export class Subjects {
  readonly payments: Payments;
  readonly refunds: Refunds;
  readonly disputes: Disputes;
  readonly balance: Balance;
  readonly ledger: Ledger;
  readonly payouts: Payouts;
  readonly settlements: Settlements;
  readonly exercises: Exercises;
  readonly paymentMethods: PaymentMethods;
  readonly checkoutSessions: CheckoutSessions;
  readonly events: Events;
  readonly requestLogs: RequestLogs;
  readonly webhookEndpoints: WebhookEndpoints;
  readonly webhookDeliveries: WebhookDeliveries;
  readonly sandboxes: Sandboxes;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly doubleCharges: DoubleCharges;
  readonly certifications: Certifications;
  readonly accounts: Accounts;
  /** The bare `openapi-fetch` client: every route by its path, each request sent once, errors as values. */
  readonly raw: Client<paths>;
  /** Where the gateway listens. */
  readonly url: string;

  constructor(connection: Connection) {
    this.url = connection.url;
    this.raw = connection.raw;
    this.payments = new Payments(connection);
    this.refunds = new Refunds(connection);
    this.disputes = new Disputes(connection);
    this.balance = new Balance(connection);
    this.ledger = new Ledger(connection);
    this.payouts = new Payouts(connection);
    this.settlements = new Settlements(connection);
    this.exercises = new Exercises(connection);
    this.paymentMethods = new PaymentMethods(connection);
    this.checkoutSessions = new CheckoutSessions(connection);
    this.events = new Events(connection);
    this.requestLogs = new RequestLogs(connection);
    this.webhookEndpoints = new WebhookEndpoints(connection);
    this.webhookDeliveries = new WebhookDeliveries(connection);
    this.sandboxes = new Sandboxes(connection);
    this.clock = new Clock(connection);
    this.faults = new Faults(connection);
    this.doubleCharges = new DoubleCharges(connection);
    this.certifications = new Certifications(connection);
    this.accounts = new Accounts(connection);
    this.status = (requestOptions) => answered(connection.api.GET('/api/v1/status', sent(requestOptions)));
    this.testValues = async (query = {}, requestOptions) =>
      (await answered(connection.api.GET('/api/v1/test-values', { params: { query }, ...sent(requestOptions) }))).data;
  }

  /** Whether the gateway is well. */
  readonly status: (options?: RequestOptions) => Promise<Schemas['StatusDto']>;
  /** The cards, tokens, amounts and names that choose an outcome. */
  readonly testValues: (
    query?: QueryOf<'/api/v1/test-values'>,
    options?: RequestOptions,
  ) => Promise<readonly Schemas['TestValueDto'][]>;
}
