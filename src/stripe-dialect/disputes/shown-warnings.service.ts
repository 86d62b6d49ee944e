import { Injectable } from '@nestjs/common';
import { PaymentStore } from '../../payments/payment-store.service.js';
import { refundable } from '../../payments/refund-rules.js';
import { idPattern } from '../../platform/common/ids.js';
import { idIn } from '../../platform/worlds/world-ids.js';
import type { ToldDialectEvent } from '../events/dialect-event.schema.js';
import { DialectEvents } from '../events/dialect-events.service.js';
import { dialectEventId } from '../events/event-id.js';
import { ownId } from '../../platform/common/dialect-ids.js';
import { ShownObjects } from '../objects.service.js';
import type { Call } from '../wire/call.js';
import type { Shown } from '../wire/expand.js';
import { createdWithin, listOf, pageOf } from '../wire/lists.js';
import { notThere } from '../wire/lookups.js';
import type { ParamsOf } from '../wire/params.js';
import type { LIST_WARNINGS } from './dispute-params.js';

const TYPE = 'radar.early_fraud_warning.created';
const FORM = idPattern('fw');

/** The operations of early fraud warnings, which are known by the events that tell of them. All throw DialectErrors. */
@Injectable()
export class ShownWarnings {
  constructor(
    private readonly events: DialectEvents,
    private readonly payments: PaymentStore,
    private readonly objects: ShownObjects,
  ) {}

  async retrieve(call: Call, id: string): Promise<Shown> {
    const event = FORM.test(id) ? await this.events.find(call.accountId, eventIdIn(call, id)) : null;
    if (event?.type !== TYPE) throw notThere('radar.early_fraud_warning', id, 'path');
    return this.objects.expanded(call, await this.view(call, event));
  }

  async list(call: Call, asked: ParamsOf<typeof LIST_WARNINGS>): Promise<Shown> {
    const { charge, payment_intent, created, ...page } = asked;
    const about = [charge, payment_intent].filter((id) => id !== undefined);
    const filter = {
      type: TYPE,
      ...createdWithin(created),
      ...(about.length > 0 && { about: { $all: about } }),
    };
    const asEvents = pageOf(page, (id) => (FORM.test(id) ? eventIdIn(call, id) : id));
    const { data, hasMore } = await this.events.list(call.accountId, filter, asEvents);
    const views = await Promise.all(data.map((event) => this.view(call, event)));
    return this.objects.expanded(call, { ...listOf(call, { data: views, hasMore }) });
  }

  /** As it was told, but for what can change. */
  private async view({ accountId }: Call, { object }: ToldDialectEvent): Promise<Shown> {
    const payment = await this.payments.find(idIn(accountId, ownId(String(object.charge))));
    return { ...object, actionable: payment !== null && refundable(payment) > 0 };
  }
}

/** The stored id of the event that tells of a warning: the event of our own has the digits of the warning. */
function eventIdIn({ accountId }: Call, id: string): string {
  return dialectEventId(idIn(accountId, id.replace(/^fw_/, 'evt_')), 0);
}
