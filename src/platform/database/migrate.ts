import type { mongo } from 'mongoose';

/** Converts data that an older version stored. Safe to run again, and in several processes at once. */
export interface Migration {
  /** Must never change: databases record the ids of finished migrations. */
  readonly id: string;
  readonly run: (db: mongo.Db) => Promise<void>;
}

interface DoneMigration {
  readonly _id: string;
  readonly doneAt: Date;
}

/** Runs, in order, the migrations that this database has not finished. An interrupted migration runs again. */
export async function migrate(
  db: mongo.Db,
  migrations: readonly Migration[],
  log: (text: string) => void,
): Promise<void> {
  const done = db.collection<DoneMigration>('migrations');
  const doneIds = new Set((await done.find().toArray()).map(({ _id }) => _id));
  const isNew = (await db.listCollections({}, { nameOnly: true }).toArray()).length === 0;
  for (const { id, run } of migrations.filter((migration) => !doneIds.has(migration.id))) {
    // A database without collections has no data of an older version.
    if (!isNew) {
      log(`Migrating the database: ${id}`);
      await run(db);
    }
    await done.updateOne({ _id: id }, { $set: { doneAt: new Date() } }, { upsert: true });
  }
}

/** Drops indexes by name, if they exist. */
export async function dropIndexes(db: mongo.Db, collection: string, names: readonly string[]): Promise<void> {
  const exists = (await db.listCollections({ name: collection }, { nameOnly: true }).toArray()).length > 0;
  if (!exists) return;
  const present = await db.collection(collection).indexes();
  for (const { name } of present)
    if (name !== undefined && names.includes(name)) await db.collection(collection).dropIndex(name);
}

const BATCH_SIZE = 1_000;

/** A document as any version stored it. */
export interface StoredDocument {
  readonly _id: string;
  readonly [field: string]: unknown;
}

/** Updates every document of a collection for which `updateOf` returns an update, in the order of `_id`. */
export async function updateAll(
  db: mongo.Db,
  collection: string,
  updateOf: (document: StoredDocument) => mongo.Document | null,
): Promise<void> {
  const documents = db.collection<StoredDocument>(collection);
  for (let after = ''; ;) {
    const page = await documents
      .find({ _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(BATCH_SIZE)
      .toArray();
    const updates = page.flatMap((document) => {
      const update = updateOf(document);
      return update ? [{ updateOne: { filter: { _id: document._id }, update } }] : [];
    });
    if (updates.length > 0) await documents.bulkWrite(updates, { ordered: false });
    const last = page.at(-1);
    if (!last || page.length < BATCH_SIZE) return;
    after = last._id;
  }
}
