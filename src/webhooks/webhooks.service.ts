import { Injectable } from '@nestjs/common';
import type { Principal } from '../platform/access/principal.js';
import { publicId } from '../platform/worlds/world-ids.js';
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
  async test(caller: Principal, endpointId: string, eventId: string, requestId: string): Promise<Delivery> {
    const { accountId, world } = caller;
    const endpoint = await this.endpoints.get(accountId, endpointId);
    if (!endpoint.enabled) throw new WebhookEndpointDisabledError(endpointId);
    const now = world.now();
    const data = { endpointId, message: 'A test of your webhook endpoint.' };
    const event = newEvent({
      _id: eventId,
      accountId,
      type: 'webhook.test',
      data,
      objectIds: [publicId(endpoint._id)],
      requestId,
    });
    await this.events.store([event]);
    const delivery = await this.deliveries.planFor(event, endpoint, { now, dueAt: now, clockId: world.clockId });
    this.dispatcher.wake(world);
    return delivery;
  }

  /** Throws DeliveryNotFoundError. */
  async redeliver(caller: Principal, deliveryId: string): Promise<Delivery> {
    const delivery = await this.deliveries.redeliver(caller.accountId, deliveryId, caller.world.now());
    this.dispatcher.wake(caller.world);
    return delivery;
  }

  /**
   * Sends again what an endpoint has not received since a time, whether its retries are used up or not; ends its
   * pause.
   * Throws WebhookEndpointNotFoundError, WebhookEndpointDisabledError.
   */
  async redeliverSince(caller: Principal, endpointId: string, since: Date): Promise<Redelivered> {
    const endpoint = await this.resumed(caller.accountId, endpointId);
    const redelivered = await this.deliveries.redeliverSince(endpoint, since, caller.world.now());
    this.dispatcher.wake(caller.world);
    return redelivered;
  }

  /**
   * Ends the pause of an endpoint and sends what waits. Throws WebhookEndpointNotFoundError,
   * WebhookEndpointDisabledError.
   */
  async resume(caller: Principal, endpointId: string): Promise<WebhookEndpoint> {
    const endpoint = await this.resumed(caller.accountId, endpointId);
    await this.deliveries.sendPending(endpoint, caller.world.now());
    this.dispatcher.wake(caller.world);
    return endpoint;
  }

  private async resumed(accountId: string, endpointId: string): Promise<WebhookEndpoint> {
    const endpoint = await this.endpoints.endPause(accountId, endpointId);
    if (!endpoint.enabled) throw new WebhookEndpointDisabledError(endpointId);
    return endpoint;
  }
}
