import { Injectable } from '@nestjs/common';
import { DisputesService } from '../../disputes/disputes.service.js';
import type { StoredEvidence } from '../../disputes/evidence.service.js';
import type { Payment } from '../../payments/payment.schema.js';
import type { HistoryItem } from '../../payments/payment-state.js';
import { EventProjection } from '../events/event-projection.service.js';
import type { ToldEvent } from '../events/payment-events.js';
import { previousAttributes } from '../events/previous-attributes.js';
import { disputeView, warningView } from './dispute-view.js';

/** Tells of disputes and fraud warnings. */
@Injectable()
export class DisputeEvents {
  constructor(
    projection: EventProjection,
    private readonly disputes: DisputesService,
  ) {
    projection.tellOf((payment, entry) => this.tell(payment, entry));
  }

  private async tell(payment: Payment, entry: HistoryItem): Promise<readonly ToldEvent[]> {
    if (entry.type === 'fraud_warning.created')
      return [{ type: 'radar.early_fraud_warning.created', object: warningView(payment, entry) }];
    if (!entry.dispute) return [];
    const { evidence } = await this.disputes.readIn(payment, entry.dispute.id);
    return disputeEvents(payment, entry, entry.dispute.id, evidence);
  }
}

function disputeEvents(payment: Payment, entry: HistoryItem, id: string, evidence: StoredEvidence): ToldEvent[] {
  const index = payment.history.findIndex(({ eventId }) => eventId === entry.eventId);
  const object = disputeView(payment, id, evidence, index + 1);
  if (!object) return [];
  const before = entry.type === 'dispute.updated' ? disputeView(payment, id, evidence, index) : null;
  return [{ type: `charge.${entry.type}`, object, ...(before && { previous: previousAttributes(before, object) }) }];
}
