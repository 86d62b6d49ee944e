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

export type WebhookEndpoint = Schemas['WebhookEndpointDto'];
export type WebhookDelivery = Schemas['DeliveryDto'];

export class WebhookEndpoints {
  constructor(private readonly connection: Connection) {}

  /** The answer has the secret, which is shown only once. */
  create(
    body: Schemas['CreateWebhookEndpointDto'],
    options?: WriteOptions,
  ): Promise<Schemas['CreatedWebhookEndpointDto']> {
    return answered(this.connection.api.POST('/api/v1/webhooks/endpoints', { body, ...sent(options) }));
  }

  get(id: string, options?: RequestOptions): Promise<WebhookEndpoint> {
    return answered(
      this.connection.api.GET('/api/v1/webhooks/endpoints/{endpoint_id}', {
        params: { path: { endpoint_id: id } },
        ...sent(options),
      }),
    );
  }

  list(query: QueryOf<'/api/v1/webhooks/endpoints'> = {}, options?: RequestOptions): PagedList<WebhookEndpoint> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/webhooks/endpoints', {
          params: { query: { ...query, ...cursor } },
          ...sent(options),
        }),
      ),
    );
  }

  update(id: string, body: Schemas['ChangeWebhookEndpointDto'], options?: RequestOptions): Promise<WebhookEndpoint> {
    return answered(
      this.connection.api.PATCH('/api/v1/webhooks/endpoints/{endpoint_id}', {
        params: { path: { endpoint_id: id } },
        body,
        ...sent(options),
      }),
    );
  }

  delete(id: string, options?: RequestOptions): Promise<void> {
    return answered(
      this.connection.api.DELETE('/api/v1/webhooks/endpoints/{endpoint_id}', {
        params: { path: { endpoint_id: id } },
        ...sent(options),
      }),
    );
  }

  rotateSecret(
    id: string,
    body: Schemas['RotateSecretDto'] = {},
    options?: WriteOptions,
  ): Promise<Schemas['RotatedSecretDto']> {
    return answered(
      this.connection.api.POST('/api/v1/webhooks/endpoints/{endpoint_id}/rotate-secret', {
        params: { path: { endpoint_id: id } },
        body,
        ...sent(options),
      }),
    );
  }

  /** Sends a `webhook.test` event to the endpoint. */
  test(id: string, options?: WriteOptions): Promise<WebhookDelivery> {
    return answered(
      this.connection.api.POST('/api/v1/webhooks/endpoints/{endpoint_id}/test', {
        params: { path: { endpoint_id: id } },
        ...sent(options),
      }),
    );
  }

  /** Ends the pause after many failures: what waits is sent now. */
  resume(id: string, options?: WriteOptions): Promise<WebhookEndpoint> {
    return answered(
      this.connection.api.POST('/api/v1/webhooks/endpoints/{endpoint_id}/resume', {
        params: { path: { endpoint_id: id } },
        ...sent(options),
      }),
    );
  }

  /** Sends the events since a time again. */
  redeliver(
    id: string,
    body: Schemas['RedeliverSinceDto'],
    options?: WriteOptions,
  ): Promise<Schemas['RedeliveringDto']> {
    return answered(
      this.connection.api.POST('/api/v1/webhooks/endpoints/{endpoint_id}/redeliver', {
        params: { path: { endpoint_id: id } },
        body,
        ...sent(options),
      }),
    );
  }
}

export class WebhookDeliveries {
  constructor(private readonly connection: Connection) {}

  get(id: string, options?: RequestOptions): Promise<WebhookDelivery> {
    return answered(
      this.connection.api.GET('/api/v1/webhooks/deliveries/{delivery_id}', {
        params: { path: { delivery_id: id } },
        ...sent(options),
      }),
    );
  }

  list(query: QueryOf<'/api/v1/webhooks/deliveries'> = {}, options?: RequestOptions): PagedList<WebhookDelivery> {
    return new PagedList((cursor) =>
      answered(
        this.connection.api.GET('/api/v1/webhooks/deliveries', {
          params: { query: { ...query, ...cursor } },
          ...sent(options),
        }),
      ),
    );
  }

  redeliver(id: string, options?: WriteOptions): Promise<WebhookDelivery> {
    return answered(
      this.connection.api.POST('/api/v1/webhooks/deliveries/{delivery_id}/redeliver', {
        params: { path: { delivery_id: id } },
        ...sent(options),
      }),
    );
  }
}
