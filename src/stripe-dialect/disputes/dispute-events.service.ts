import { Injectable } from '@nestjs/common';
import { DisputesService } from '../../disputes/disputes.service.js';
import type { StoredEvidence } from '../../disputes/evidence.service.js';
import type { Payment } from '../../payments/payment.schema.js';
import type { HistoryItem } from '../../payments/payment-state.js';
import { idIn } from '../../platform/worlds/world-ids.js';
import type { Amendment } from '../charges/charge-facts.js';
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
    projection.tellAmendmentsOf((payment, amendment) => this.tellAmendment(payment, amendment));
  }

  private async tellAmendment(
    payment: Payment,
    { of, id: disputeId, before, after }: Amendment,
  ): Promise<readonly ToldEvent[]> {
    if (of !== 'dispute') return [];
    const id = idIn(payment.accountId, disputeId);
    const { evidence } = await this.disputes.readIn(payment, id);
    const view = disputeView(payment, id, evidence);
    const previous = previousAttributes(before, after);
    return view ? [{ type: 'charge.dispute.updated', object: { ...view, ...after }, previous }] : [];
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
  const { history } = payment;
  const index = history.findIndex(({ eventId }) => eventId === entry.eventId);
  // Evidence that is saved and handed in by one request is one update.
  if (isSameUpdate(entry, history[index + 1])) return [];
  const object = disputeView(payment, id, evidence, index + 1);
  if (!object) return [];
  const first = isSameUpdate(history[index - 1], entry) ? index - 1 : index;
  const before = entry.type === 'dispute.updated' ? disputeView(payment, id, evidence, first) : null;
  return [{ type: `charge.${entry.type}`, object, ...(before && { previous: previousAttributes(before, object) }) }];
}

function isSameUpdate(entry: HistoryItem | undefined, next: HistoryItem | undefined): boolean {
  if (entry?.type !== 'dispute.updated' || next?.type !== 'dispute.updated') return false;
  const { requestId } = entry.cause;
  return entry.dispute?.id === next.dispute?.id && requestId !== null && requestId === next.cause.requestId;
}
