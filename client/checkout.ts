import {
  answered,
  type Connection,
  type QueryOf,
  type RequestOptions,
  type Schemas,
  sent,
  type WriteOptions,
} from './connection.js';
import { PagedList } from './pages.js';

export type CheckoutSession = Schemas['CheckoutSessionDto'];

export class CheckoutSessions {
  constructor(private readonly connection: Connection) {}

  /** Send the browser of the customer to the `url` of the answer. */
  create(body: Schemas['CreateCheckoutSessionDto'], options?: WriteOptions): Promise<CheckoutSession> {
    return answered(this.connection.api.POST('/api/v1/checkout/sessions', { body, ...sent(options) }));
  }

  get(id: string, options?: RequestOptions): Promise<CheckoutSession> {
    return answered(
      this.connection.api.GET('/api/v1/checkout/sessions/{session_id}', {
        params: { path: { session_id: id } },
        ...sent(options),
      }),
    );
  }

  list(query: QueryOf<'/api/v1/checkout/sessions'> = {}, options?: RequestOptions): PagedList<CheckoutSession> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/checkout/sessions', {
          params: { query: { ...query, ...cursor } },
          ...sent(options),
        }),
      ),
    );
  }

  /** Ends an open session: nobody can pay any more. */
  expire(id: string, options?: WriteOptions): Promise<CheckoutSession> {
    return answered(
      this.connection.api.POST('/api/v1/checkout/sessions/{session_id}/expire', {
        params: { path: { session_id: id } },
        ...sent(options),
      }),
    );
  }
}
