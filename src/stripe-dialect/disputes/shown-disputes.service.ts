import { Injectable } from '@nestjs/common';
import { DisputeChanges } from '../../disputes/dispute-changes.service.js';
import { DisputesService, type ReadDispute } from '../../disputes/disputes.service.js';
import {
  DisputeNotFoundError,
  DisputeNotOpenError,
  EvidenceTooLargeError,
  TooManyEvidenceChangesError,
} from '../../payments/dispute-errors.js';
import { OutcomeWaits } from '../../payments/outcome-waits.service.js';
import type { Payment } from '../../payments/payment.schema.js';
import { PaymentStore } from '../../payments/payment-store.service.js';
import type { MetadataChanges } from '../../platform/common/metadata.js';
import { publicId } from '../../platform/worlds/world-ids.js';
import { detailsOf } from '../charges/charge-facts.js';
import { amending } from '../events/amendments.js';
import { ShownFiles } from '../files/shown-files.service.js';
import { ownId } from '../../platform/common/dialect-ids.js';
import { ShownObjects } from '../objects.service.js';
import { ShownIntents } from '../payment-intents/shown-intents.service.js';
import type { Call } from '../wire/call.js';
import { type DialectError, invalidRequest } from '../wire/dialect-error.js';
import type { Shown } from '../wire/expand.js';
import { idsWithin, listOf, pageOf } from '../wire/lists.js';
import { found, notThere, type Place } from '../wire/lookups.js';
import { metadataAfter, type ParamsOf } from '../wire/params.js';
import type { LIST_DISPUTES, UPDATE_DISPUTE } from './dispute-params.js';
import { disputeView, statusOf } from './dispute-view.js';
import { askedEvidence, EVIDENCE_FILES } from './evidence-fields.js';

/** A list of a payment's disputes waits for one that comes this soon, and a little longer for a busy machine. */
const SOON_MS = 10_000;
const LATE_MS = 2_000;

/** The operations of disputes. All throw DialectErrors. */
@Injectable()
export class ShownDisputes {
  constructor(
    private readonly disputes: DisputesService,
    private readonly changes: DisputeChanges,
    private readonly payments: PaymentStore,
    private readonly waits: OutcomeWaits,
    private readonly intents: ShownIntents,
    private readonly files: ShownFiles,
    private readonly objects: ShownObjects,
  ) {
    objects.register('dispute', async ({ accountId }, id) => {
      try {
        return viewOf(await disputes.read(accountId, ownId(id)));
      } catch {
        return null;
      }
    });
  }

  async retrieve(call: Call, id: string): Promise<Shown> {
    return this.objects.expanded(call, viewOf(await this.get(call, id)));
  }

  /** Evidence is handed in at once, unless `submit` says that it is only staged. */
  async update(call: Call, id: string, sent: ParamsOf<typeof UPDATE_DISPUTE>): Promise<Shown> {
    const { evidence, submit, metadata } = sent;
    const state = await this.get(call, id);
    const { texts, others } = askedEvidence(evidence ?? {});
    for (const name of EVIDENCE_FILES) await this.assertFile(call, evidence?.[name], `evidence[${name}]`);
    // What is refused changes nothing.
    if (metadata !== undefined) metadataAfter(metadataOf(state), metadata);
    const hasEvidence = Object.keys(texts).length + Object.keys(others).length > 0;
    if (hasEvidence)
      await this.answered(call, id, () =>
        this.changes.saveEvidence(call, state.dispute.id, texts, { others, submit: submit !== false }),
      );
    else if (submit === true) await this.answered(call, id, () => this.changes.submit(call, state.dispute.id));
    // One request is one update: evidence has told of it.
    const isTold = hasEvidence || submit === true;
    if (metadata !== undefined) await this.describe(call, id, metadata, isTold);
    return this.retrieve(call, id);
  }

  async close(call: Call, id: string): Promise<Shown> {
    const { dispute } = await this.get(call, id);
    await this.answered(call, id, () => this.changes.accept(call, dispute.id));
    return this.retrieve(call, id);
  }

  async list(call: Call, asked: ParamsOf<typeof LIST_DISPUTES>): Promise<Shown> {
    const { charge, payment_intent, created, ...page } = asked;
    const payment = await this.paymentOf(call, { charge, payment_intent });
    if (payment === null) return { ...listOf(call, { data: [], hasMore: false }) };
    if (payment) await this.awaitDispute(call, payment);
    const filter = { ...idsWithin('dsp', created), ...(payment && { paymentId: payment._id }) };
    const { data, hasMore } = await this.disputes.copies(call.accountId, filter, pageOf(page, ownId));
    const views = await Promise.all(data.map(({ _id }) => this.objects.read(call, 'dispute', publicId(_id))));
    const shown = views.filter((view) => view !== null);
    return this.objects.expanded(call, { ...listOf(call, { data: shown, hasMore }) });
  }

  /** Undefined if none is asked for; null if an intent has none. */
  private async paymentOf(
    call: Call,
    { charge, payment_intent }: Pick<ParamsOf<typeof LIST_DISPUTES>, 'charge' | 'payment_intent'>,
  ): Promise<Payment | null | undefined> {
    if (charge !== undefined)
      return found('charge', charge, { param: 'charge' }, () => this.payments.get(call.accountId, ownId(charge)));
    if (payment_intent === undefined) return undefined;
    const { payment } = await this.intents.find(call, payment_intent, { param: 'payment_intent' });
    return payment;
  }

  /**
   * A test card that is disputed in a few seconds is disputed when its disputes are asked for: programs that pay and
   * then read the dispute, as the official command line does, find it. Nothing is waited for on a test clock.
   */
  private async awaitDispute({ world }: Call, payment: Payment): Promise<void> {
    const disputed = await this.disputedSoon(payment, world.now());
    const ids = (disputed.disputes ?? []).map(({ id }) => id);
    // Lists read copies, which come a moment after the dispute itself.
    if (ids.length > 0) await this.disputes.copy([{ payment: disputed, ids }]);
  }

  private async disputedSoon(payment: Payment, now: Date): Promise<Payment> {
    const { disputesDueAt, clockId } = payment;
    if (!disputesDueAt || clockId !== undefined) return payment;
    const ms = disputesDueAt.getTime() - now.getTime();
    if (ms > SOON_MS) return payment;
    return this.waits.forDispute(payment, {
      ms: Math.max(ms, 0) + LATE_MS,
      isAbandoned: false,
      refuse: () => undefined,
    });
  }

  private async describe(call: Call, id: string, change: MetadataChanges, isTold: boolean): Promise<void> {
    for (;;) {
      const state = await this.get(call, id);
      const { payment, dispute } = state;
      const details = detailsOf(payment);
      const disputeId = publicId(dispute.id);
      const before = metadataOf(state);
      const after = metadataAfter(before, change);
      const disputes = { ...details.disputes, [disputeId]: after };
      if (isTold) {
        if (await this.payments.amend(payment, { dialect: { ...details, disputes } })) return;
        continue;
      }
      const told = { of: 'dispute', id: disputeId, before: { metadata: before }, after: { metadata: after } } as const;
      const dialect = { ...details, disputes, ...amending(call, details, told, new Date()) };
      if (await this.payments.amendAndTell(payment, { dialect })) return;
    }
  }

  /** Texts are taken as they are; what looks like the id of a file has to be one. */
  private async assertFile(call: Call, value: string | null | undefined, param: string): Promise<void> {
    if (value?.startsWith('file_')) await this.files.get(call, value, { param });
  }

  /** Throws a DialectError that says what is allowed. */
  private async answered(call: Call, id: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (error instanceof EvidenceTooLargeError || error instanceof TooManyEvidenceChangesError)
        throw invalidRequest(error.message, { code: error.code, param: 'evidence' });
      if (!(error instanceof DisputeNotOpenError)) throw error;
      throw notAnswerable(await this.get(call, id));
    }
  }

  private async get({ accountId }: Call, id: string, place: Place = 'path'): Promise<ReadDispute> {
    if (!id.startsWith('dp_')) throw notThere('dispute', id, place);
    return found('dispute', id, place, () => this.disputes.read(accountId, ownId(id)));
  }
}

function metadataOf({ payment, dispute }: ReadDispute): Readonly<Record<string, string>> {
  return detailsOf(payment).disputes?.[publicId(dispute.id)] ?? {};
}

function viewOf({ payment, dispute: { id }, evidence }: ReadDispute): Shown {
  const view = disputeView(payment, id, evidence);
  if (!view) throw new DisputeNotFoundError(publicId(id));
  return view;
}

function notAnswerable({ dispute }: ReadDispute): DialectError {
  const isLate = dispute.status === 'needs_response';
  const why = isLate
    ? `The evidence of this dispute was due by ${dispute.evidenceDueBy.toISOString()}.`
    : `This dispute has the status ${statusOf(dispute)}.`;
  return invalidRequest(
    `${why} A dispute takes evidence and can be closed while its status is needs_response or warning_needs_response, until evidence_details.due_by; its metadata can be changed at any time.`,
    { code: 'dispute_not_open' },
  );
}
