import { Injectable } from '@nestjs/common';
import { EventsService, newEvent } from '../events/events.service.js';
import { DeliveriesService, type Redelivered } from './deliveries.service.js';
import type { Delivery } from './delivery.schema.js';
import { WebhookDispatcher } from './webhook-dispatcher.worker.js';
import type { WebhookEndpoint } from './webhook-endpoint.schema.js';
import { WebhookEndpointDisabledError } from './webhook-errors.js';
import { WebhookEndpointsService } from './webhook-endpoints.service.js';

/** What owners do with endpoints and deliveries: test, redeliver, resume. */
@Injectable()
export class WebhooksService {
  constructor(
    private readonly endpoints: WebhookEndpointsService,
    private readonly deliveries: DeliveriesService,
    private readonly events: EventsService,
    private readonly dispatcher: WebhookDispatcher,
  ) {}

  /**
   * Sends a `webhook.test` event to one endpoint, whatever it subscribes to.
   * Throws WebhookEndpointNotFoundError, WebhookEndpointDisabledError.
   */
  async test(accountId: string, endpointId: string, eventId: string, requestId: string): Promise<Delivery> {
    const endpoint = await this.endpoints.get(accountId, endpointId);
    if (!endpoint.enabled) throw new WebhookEndpointDisabledError(endpointId);
    const now = new Date();
    const data = { endpointId, message: 'A test of your webhook endpoint.' };
    const event = newEvent({ _id: eventId, accountId, type: 'webhook.test', data, objectIds: [endpointId], requestId });
    await this.events.store([event]);
    const delivery = await this.deliveries.planFor(event, endpoint, now);
    this.dispatcher.wake();
    return delivery;
  }

  /** Throws DeliveryNotFoundError. */
  async redeliver(accountId: string, deliveryId: string): Promise<Delivery> {
    const delivery = await this.deliveries.redeliver(accountId, deliveryId, new Date());
    this.dispatcher.wake();
    return delivery;
  }

  /**
   * Sends again what an endpoint has not received since a time, whether its retries are used up or not; ends its
   * pause.
   * Throws WebhookEndpointNotFoundError, WebhookEndpointDisabledError.
   */
  async redeliverSince(accountId: string, endpointId: string, since: Date): Promise<Redelivered> {
    const endpoint = await this.resumed(accountId, endpointId);
    const redelivered = await this.deliveries.redeliverSince(endpoint, since, new Date());
    this.dispatcher.wake();
    return redelivered;
  }

  /**
   * Ends the pause of an endpoint and sends what waits. Throws WebhookEndpointNotFoundError,
   * WebhookEndpointDisabledError.
   */
  async resume(accountId: string, endpointId: string): Promise<WebhookEndpoint> {
    const endpoint = await this.resumed(accountId, endpointId);
    await this.deliveries.sendPending(endpoint, new Date());
    this.dispatcher.wake();
    return endpoint;
  }

  private async resumed(accountId: string, endpointId: string): Promise<WebhookEndpoint> {
    const endpoint = await this.endpoints.endPause(accountId, endpointId);
    if (!endpoint.enabled) throw new WebhookEndpointDisabledError(endpointId);
    return endpoint;
  }
}
