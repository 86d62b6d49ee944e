import {
  answered,
  type Connection,
  type OutcomeOptions,
  type QueryOf,
  type RequestOptions,
  type Schemas,
  sent,
  type WriteOptions,
} from './connection.js';
import { PagedList } from './pages.js';

export type Payment = Schemas['PaymentDto'];
export type ChargedPayment = Schemas['ChargedDto'];
export type Refund = Schemas['RefundDto'];
export type TAccounts = Schemas['TAccountsDto'];
export type PaymentMethod = Schemas['PaymentMethodDto'];

export interface ChargeOptions extends OutcomeOptions {
  /** Names the outcome, before any other test value (X-Simulate). */
  readonly simulate?: Schemas['SimulatedOutcome'];
}

export class Payments {
  constructor(private readonly connection: Connection) {}

  /** Charges a customer; with `capture: "manual"` only authorizes. */
  charge(body: Schemas['ChargeDto'], options: ChargeOptions = {}): Promise<ChargedPayment> {
    const { headers, signal } = sent(options);
    if (options.simulate !== undefined) headers['x-simulate'] = options.simulate;
    return answered(this.connection.api.POST('/api/v1/payments/charge', { body, headers, signal }));
  }

  get(id: string, options?: RequestOptions): Promise<Payment> {
    return answered(
      this.connection.api.GET('/api/v1/payments/{transaction_id}', {
        params: { path: { transaction_id: id } },
        ...sent(options),
      }),
    );
  }

  list(query: QueryOf<'/api/v1/payments'> = {}, options?: RequestOptions): PagedList<Payment> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/payments', { params: { query: { ...query, ...cursor } }, ...sent(options) }),
      ),
    );
  }

  /** Needs the API key and the access token. Nothing found is an error, as the v1 contract says. */
  query(query: QueryOf<'/api/v1/payments/query'> = {}, options?: RequestOptions): Promise<Schemas['PaymentListDto']> {
    return answered(this.connection.api.GET('/api/v1/payments/query', { params: { query }, ...sent(options) }));
  }

  /** Captures an authorized payment, or part of it. */
  capture(id: string, body: Schemas['CaptureDto'] = {}, options?: OutcomeOptions): Promise<Payment> {
    return answered(
      this.connection.api.POST('/api/v1/payments/{transaction_id}/capture', {
        params: { path: { transaction_id: id } },
        body,
        ...sent(options),
      }),
    );
  }

  /** Voids an authorized payment: its money is not captured any more. */
  void(id: string, options?: WriteOptions): Promise<Payment> {
    return answered(
      this.connection.api.POST('/api/v1/payments/{transaction_id}/void', {
        params: { path: { transaction_id: id } },
        ...sent(options),
      }),
    );
  }

  /** Cancels a payment that has no outcome yet. */
  cancel(id: string, options?: WriteOptions): Promise<Payment> {
    return answered(
      this.connection.api.POST('/api/v1/payments/{transaction_id}/cancel', {
        params: { path: { transaction_id: id } },
        ...sent(options),
      }),
    );
  }

  /** Refunds a payment, or part of it. */
  refund(id: string, body: Schemas['CreateRefundDto'] = {}, options?: OutcomeOptions): Promise<Refund> {
    return answered(
      this.connection.api.POST('/api/v1/payments/{transaction_id}/refunds', {
        params: { path: { transaction_id: id } },
        body,
        ...sent(options),
      }),
    );
  }

  /** Disputes a payment, or part of it, as the customer's bank would. For tests. */
  dispute(id: string, body: Schemas['CreateDisputeDto'], options?: WriteOptions): Promise<Schemas['DisputeDto']> {
    return answered(
      this.connection.api.POST('/api/v1/payments/{transaction_id}/disputes', {
        params: { path: { transaction_id: id } },
        body,
        ...sent(options),
      }),
    );
  }

  /** Answers a 3-D Secure challenge in place of the customer. */
  authenticate(id: string, body: Schemas['AuthenticateDto'], options?: WriteOptions): Promise<Payment> {
    return answered(
      this.connection.api.POST('/api/v1/payments/{transaction_id}/authenticate', {
        params: { path: { transaction_id: id } },
        body,
        ...sent(options),
      }),
    );
  }

  /** What became of payments, and their volume, by hour or day. */
  statistics(
    query: QueryOf<'/api/v1/payments/statistics'> = {},
    options?: RequestOptions,
  ): Promise<Schemas['StatisticsDto']> {
    return answered(this.connection.api.GET('/api/v1/payments/statistics', { params: { query }, ...sent(options) }));
  }

  /** What happened to a payment, in order, with its causes. */
  timeline(id: string, options?: RequestOptions): Promise<Schemas['TimelineDto']> {
    return answered(
      this.connection.api.GET('/api/v1/payments/{transaction_id}/timeline', {
        params: { path: { transaction_id: id } },
        ...sent(options),
      }),
    );
  }

  /** For learners: the debits and credits that a payment made on each account, with the reason for each. */
  tAccounts(id: string, options?: RequestOptions): Promise<TAccounts> {
    return answered(
      this.connection.api.GET('/api/v1/payments/{transaction_id}/t-accounts', {
        params: { path: { transaction_id: id } },
        ...sent(options),
      }),
    );
  }

  /** Deletes a payment. Needs the access token. */
  delete(id: string, options?: RequestOptions): Promise<Schemas['DeletedDto']> {
    return answered(
      this.connection.api.DELETE('/api/v1/{resource}/{resource_id}', {
        params: { path: { resource: 'transactions', resource_id: id } },
        ...sent(options),
      }),
    );
  }
}

export class Refunds {
  constructor(private readonly connection: Connection) {}

  get(id: string, options?: RequestOptions): Promise<Refund> {
    return answered(
      this.connection.api.GET('/api/v1/refunds/{refund_id}', {
        params: { path: { refund_id: id } },
        ...sent(options),
      }),
    );
  }

  list(query: QueryOf<'/api/v1/refunds'> = {}, options?: RequestOptions): PagedList<Refund> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/refunds', { params: { query: { ...query, ...cursor } }, ...sent(options) }),
      ),
    );
  }

  /** Cancels a refund that is still pending. */
  cancel(id: string, options?: WriteOptions): Promise<Refund> {
    return answered(
      this.connection.api.POST('/api/v1/refunds/{refund_id}/cancel', {
        params: { path: { refund_id: id } },
        ...sent(options),
      }),
    );
  }
}

export class PaymentMethods {
  constructor(private readonly connection: Connection) {}

  create(body: Schemas['CreatePaymentMethodDto'], options?: WriteOptions): Promise<PaymentMethod> {
    return answered(this.connection.api.POST('/api/v1/payment-methods', { body, ...sent(options) }));
  }

  get(id: string, options?: RequestOptions): Promise<PaymentMethod> {
    return answered(
      this.connection.api.GET('/api/v1/payment-methods/{payment_method_id}', {
        params: { path: { payment_method_id: id } },
        ...sent(options),
      }),
    );
  }

  list(query: QueryOf<'/api/v1/payment-methods'> = {}, options?: RequestOptions): PagedList<PaymentMethod> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/payment-methods', {
          params: { query: { ...query, ...cursor } },
          ...sent(options),
        }),
      ),
    );
  }

  delete(id: string, options?: RequestOptions): Promise<void> {
    return answered(
      this.connection.api.DELETE('/api/v1/payment-methods/{payment_method_id}', {
        params: { path: { payment_method_id: id } },
        ...sent(options),
      }),
    );
  }
}
