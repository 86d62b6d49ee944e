import { DomainError } from '../platform/errors/domain-error.js';

export class WebhookEndpointNotFoundError extends DomainError {
  readonly code = 'webhook_endpoint_not_found';
  constructor(id: string) {
    super(`Webhook endpoint '${id}' not found for this user.`);
  }
}

export class TooManyWebhookEndpointsError extends DomainError {
  readonly code = 'too_many_webhook_endpoints';
  constructor(most: number) {
    super(`A user can have at most ${most} webhook endpoints; delete one first.`);
  }
}

export class DeliveryNotFoundError extends DomainError {
  readonly code = 'delivery_not_found';
  constructor(id: string) {
    super(`Webhook delivery '${id}' not found for this user.`);
  }
}

export class WebhookEndpointDisabledError extends DomainError {
  readonly code = 'webhook_endpoint_disabled';
  constructor(id: string) {
    super(`Webhook endpoint '${id}' is disabled; enable it first.`);
  }
}
