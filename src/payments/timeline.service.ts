import { Injectable } from '@nestjs/common';
import { DeliveriesService } from '../webhooks/deliveries.service.js';
import { PaymentStore } from './payment-store.service.js';
import { timelineOf, type TimelineStep } from './payment-timeline.js';

@Injectable()
export class TimelineService {
  constructor(
    private readonly payments: PaymentStore,
    private readonly deliveries: DeliveriesService,
  ) {}

  /** Throws PaymentNotFoundError. */
  async timeline(accountId: string, paymentId: string): Promise<TimelineStep[]> {
    const payment = await this.payments.get(accountId, paymentId);
    const deliveries = await this.deliveries.ofEvents(
      accountId,
      payment.history.map(({ eventId }) => eventId),
    );
    return timelineOf(payment, deliveries);
  }
}
