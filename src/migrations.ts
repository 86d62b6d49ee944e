import { userSearchKeys } from './accounts/user-search.js';
import { DELIVERY_RETENTION_MS } from './webhooks/delivery.schema.js';
import { metadataKeys } from './payments/metadata-keys.js';
import { EVENT_RETENTION_MS } from './events/event.schema.js';
import { dropIndexes, type Migration, type StoredDocument, updateAll } from './platform/database/migrate.js';

/** Sets `purgeAt` on documents of version 1.0, which removed documents by an index on `createdAt`. */
const purgeAfter =
  (retentionMs: number) =>
  ({ createdAt, purgeAt }: StoredDocument) =>
    purgeAt instanceof Date || !(createdAt instanceof Date)
      ? null
      : { $set: { purgeAt: new Date(createdAt.getTime() + retentionMs) } };

/** Marks entries that 1.0 had not relayed as written now, because the relay skips entries older than its mark. */
function changeTimesOf({ relayAt, relayed, history }: StoredDocument): Record<string, Date> {
  if (!(relayAt instanceof Date)) return { changedAt: new Date(0) };
  const now = new Date();
  const entries: readonly unknown[] = Array.isArray(history) ? history : [];
  return Object.fromEntries([
    ['changedAt', now],
    ...entries.flatMap((_, index) => (index < Number(relayed) ? [] : [[`history.${index}.recordedAt`, now] as const])),
  ]);
}

/** What lists and views read of a payment since 2.0. */
function listedFacts({ createdAt, history, metadata, status, dueAt }: StoredDocument): Record<string, unknown> {
  const last = Array.isArray(history) ? (history as { at?: unknown }[]).at(-1)?.at : undefined;
  const keys = metadataKeys((metadata ?? {}) as Record<string, string>);
  return {
    updatedAt: last ?? createdAt,
    authorizationExpiresAt: status === 'authorized' ? (dueAt ?? null) : null,
    challengeExpiresAt: status === 'requires_action' ? (dueAt ?? null) : null,
    ...(keys.length > 0 && { metadataKeys: keys }),
  };
}

interface EventData {
  readonly id?: string;
  readonly paymentId?: string;
  readonly endpointId?: string;
}

/** What an event of version 1.0 is about. */
function objectIdsOf({ id, paymentId, endpointId }: EventData): string[] {
  return [id, paymentId, endpointId].filter((each) => each !== undefined);
}

/** Converts the data of earlier versions. They run in this order; never change or remove one. */
export const MIGRATIONS: readonly Migration[] = [
  {
    id: '2.0 remove documents by purgeAt',
    run: async (db) => {
      await updateAll(db, 'events', purgeAfter(EVENT_RETENTION_MS));
      await updateAll(db, 'deliveries', purgeAfter(DELIVERY_RETENTION_MS));
      await updateAll(db, 'idempotency_records', ({ expiresAt, purgeAt }) =>
        purgeAt instanceof Date || !(expiresAt instanceof Date) ? null : { $set: { purgeAt: expiresAt } },
      );
      await dropIndexes(db, 'events', ['createdAt_1', 'accountId_1_createdAt_-1']);
      await dropIndexes(db, 'deliveries', [
        'createdAt_1',
        'dueAt_1_target_1',
        'status_1',
        'accountId_1_status_1__id_-1',
      ]);
      await dropIndexes(db, 'idempotency_records', ['expiresAt_1']);
    },
  },
  {
    id: '2.0 relay payments by changedAt',
    run: async (db) => {
      // Marks changes that 1.0 had not relayed yet as made now, so that the relay finds them.
      await db
        .collection('relay_marks')
        .updateOne(
          { _id: 'version 1.0' } as object,
          { $setOnInsert: { relayedUpTo: new Date(), failedIds: [], aliveUntil: new Date(0) } },
          { upsert: true },
        );
      await updateAll(db, 'payments', (payment) =>
        payment.relayed === undefined ? null : { $set: changeTimesOf(payment), $unset: { relayed: 1, relayAt: 1 } },
      );
      await dropIndexes(db, 'payments', [
        'relayAt_1',
        'status_1',
        'accountId_1_status_1__id_-1',
        'accountId_1_orderReference_1__id_-1',
      ]);
      await dropIndexes(db, 'refunds', ['accountId_1_orderReference_1__id_-1']);
    },
  },
  {
    id: '2.0 find payments and events by more',
    run: async (db) => {
      await updateAll(db, 'payments', (payment) =>
        payment.updatedAt === undefined ? { $set: listedFacts(payment) } : null,
      );
      await updateAll(db, 'events', ({ objectIds, data }) =>
        objectIds === undefined ? { $set: { objectIds: objectIdsOf(data as EventData) } } : null,
      );
    },
  },
  {
    id: '2.0 find due work by clock',
    run: async (db) => {
      // The new index, which begins with the clock, takes documents without one for those of the real time.
      await dropIndexes(db, 'payments', ['dueAt_1']);
      await dropIndexes(db, 'deliveries', ['dueAt_1']);
    },
  },
  {
    id: '2.1 list users by name and e-mail',
    run: (db) =>
      updateAll(db, 'accounts', ({ sandbox, searchKeys, name, email }) =>
        sandbox === undefined && searchKeys === undefined
          ? { $set: { searchKeys: userSearchKeys({ name: String(name), email: String(email) }) } }
          : null,
      ),
  },
];
