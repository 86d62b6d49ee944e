import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { EventsService, newEvent, type PublishedEvent } from '../events/events.service.js';
import { AccountData, type AccountDocument } from '../platform/database/account-data.service.js';
import { insertNew } from '../platform/database/driver-writes.js';
import { findPage, type Page, type PageRequest } from '../platform/database/page.js';
import { dueDocuments, unfinishedDocuments } from '../platform/due-work/due-documents.js';
import { assertHttpUrls } from '../platform/validation/http-url.js';
import { idIn, publicId } from '../platform/worlds/world-ids.js';
import { CheckoutLinks } from './checkout-links.service.js';
import { CheckoutSessionNotFoundError } from './checkout-errors.js';
import { CheckoutSession } from './checkout-session.schema.js';
import type { CheckoutChange, CheckoutHistoryItem } from './checkout-state.js';
import { checkoutView, checkoutViewAt } from './checkout-view.js';
import { isSessionAddress } from './session-address.js';

/** After so long, in ms, due work takes over what the process that wrote a session has not finished. */
const REPAIR_AFTER_MS = 5_000;

/** Is told of what merchants are told of. Must change nothing if it is told again. */
export type CheckoutConsumer = (session: CheckoutSession, entries: readonly CheckoutHistoryItem[]) => Promise<void>;

/** Checkout sessions in the database. Every change goes through here, and merchants are told of it. */
@Injectable()
export class CheckoutStore {
  readonly due: ReturnType<typeof dueDocuments<CheckoutSession>>;
  readonly unfinished: ReturnType<typeof unfinishedDocuments<CheckoutSession>>;
  private readonly consumers: CheckoutConsumer[] = [];

  constructor(
    @InjectModel(CheckoutSession.name) private readonly sessions: Model<CheckoutSession>,
    private readonly events: EventsService,
    accountData: AccountData,
    links: CheckoutLinks,
  ) {
    this.due = dueDocuments(sessions);
    this.unfinished = unfinishedDocuments(sessions);
    accountData.register({
      model: sessions,
      belongsTo: 'world',
      outlivesUser: false,
      copied: {
        ids: [
          '_id',
          'attempt.paymentId',
          'attempt.paymentMethodId',
          'attempt.eventId',
          'history.eventId',
          'history.paymentId',
          'paymentIntentId',
          'intent.customerId',
        ],
        left: ['leaseUntil', 'clockId'],
        byClock: true,
        moved: (session) => withMovedLink(session, links),
        check: (session) => {
          assertShown(session as AccountDocument & CheckoutSession);
        },
      },
    });
  }

  /** Tells of the sessions that the dialect made. Call it before the application has started. */
  subscribe(consumer: CheckoutConsumer): void {
    this.consumers.push(consumer);
  }

  /** Returns the session that is stored then: if the same request ran before, the one that it made. */
  async insert(session: CheckoutSession): Promise<CheckoutSession> {
    const [stored] = await insertNew(this.sessions, [session]);
    return stored ?? this.get(session.accountId, session._id);
  }

  /** Null if there is no such session. */
  find(id: string): Promise<CheckoutSession | null> {
    return this.sessions.findById(id).lean<CheckoutSession>().exec();
  }

  /** An account's own session. Throws CheckoutSessionNotFoundError. */
  async get(accountId: string, id: string): Promise<CheckoutSession> {
    const session = await this.sessions.findOne({ _id: idIn(accountId, id), accountId }).lean<CheckoutSession>();
    if (!session) throw new CheckoutSessionNotFoundError(publicId(id));
    return session;
  }

  list(accountId: string, filter: QueryFilter<CheckoutSession>, page: PageRequest): Promise<Page<CheckoutSession>> {
    return findPage(this.sessions, accountId, filter, page);
  }

  /**
   * Makes a change if the session is still as it was when the change was decided; its events are published when this
   * resolves.
   *
   * @returns the changed session; null if somebody else changed it first, or it is gone
   */
  async change(
    { _id, version, repairAt }: CheckoutSession,
    { set, endsDue, entries }: CheckoutChange,
  ): Promise<CheckoutSession | null> {
    const leavesWork = entries.length > 0 || set.attempt?.state === 'making';
    const changed = await this.sessions
      .findOneAndUpdate(
        { _id, version },
        {
          $set: {
            ...set,
            version: version + 1,
            ...(leavesWork && { repairAt: new Date(Date.now() + REPAIR_AFTER_MS) }),
          },
          ...(endsDue && { $unset: { dueAt: 1 } }),
          ...(entries.length > 0 && { $push: { history: { $each: [...entries] } } }),
        },
        { returnDocument: 'after' },
      )
      .lean<CheckoutSession>();
    if (!changed) return null;
    // Somebody else may have been interrupted before it told of an earlier change.
    await this.tell(changed, repairAt ? changed.history : entries);
    await this.noteFinished(changed);
    return changed;
  }

  /** Changes what only the dialect shows. Null if somebody else changed the session first, or it is gone. */
  amend(
    { _id, version }: CheckoutSession,
    dialect: Readonly<Record<string, unknown>>,
  ): Promise<CheckoutSession | null> {
    return this.sessions
      .findOneAndUpdate({ _id, version }, { $set: { dialect, version: version + 1 } }, { returnDocument: 'after' })
      .lean<CheckoutSession>()
      .exec();
  }

  /** Publishes events of the history. Safe to repeat. */
  async tell(session: CheckoutSession, entries: readonly CheckoutHistoryItem[] = session.history): Promise<void> {
    if (entries.length === 0) return;
    await this.events.publish(entries.map((entry) => publishedEvent(session, entry)));
    if (session.dialect) for (const consume of this.consumers) await consume(session, entries);
  }

  /** Leaves nothing to due work, unless the payment of an attempt is being made, or somebody changed the session. */
  async noteFinished({ _id, version, attempt, repairAt }: CheckoutSession): Promise<void> {
    if (repairAt && attempt?.state !== 'making')
      await this.sessions.updateOne({ _id, version }, { $unset: { repairAt: 1 } });
  }

  /** Ends the due work of a session whose world is gone. */
  async clearDue({ _id }: CheckoutSession): Promise<void> {
    await this.sessions.updateOne({ _id }, { $unset: { dueAt: 1, repairAt: 1 } });
  }
}

function publishedEvent(session: CheckoutSession, entry: CheckoutHistoryItem): PublishedEvent {
  const { eventId, type, requestId, paymentId } = entry;
  return {
    event: newEvent({
      _id: eventId,
      accountId: session.accountId,
      type,
      data: checkoutViewAt(session, entry),
      objectIds: [session._id, ...(paymentId === null ? [] : [paymentId])].map(publicId),
      requestId,
    }),
    direct: null,
  };
}

/** The link of a session carries the world. */
function withMovedLink(session: AccountDocument, links: CheckoutLinks): AccountDocument {
  const { _id, url } = session;
  return typeof url === 'string' && URL.canParse(url) ? { ...session, url: links.movedTo(_id, url) } : session;
}

/** Throws if a session that fits the schema cannot be shown nevertheless. */
function assertShown(session: AccountDocument & CheckoutSession): void {
  assertHttpUrls(session, ['url']);
  if (!isSessionAddress(session.successUrl) || !isSessionAddress(session.cancelUrl))
    throw new Error('successUrl or cancelUrl is no URL with scheme http or https');
  checkoutView(session, null);
}
