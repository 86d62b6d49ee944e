import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { type SandboxAccount, SandboxAccounts } from '../accounts/sandbox-accounts.service.js';
import { PaymentRelay } from '../payments/payment-relay.worker.js';
import { SecretBox } from '../platform/common/secret-box.js';
import {
  type AccountCollection,
  AccountData,
  type AccountDocument,
  type AccountModel,
  type CopiedCollection,
} from '../platform/database/account-data.service.js';
import { isDatabaseUnreachable } from '../platform/database/database-unreachable.js';
import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';
import { idInWorld, publicId, worldOf } from '../platform/worlds/world-ids.js';
import { newOwner } from './new-owner.js';
import { problemsOf } from './settings-rules.js';
import { type Destination, type PortableDocument, toPortable, toStored } from './portable.js';
import { ClockBusyError, SnapshotNotFoundError, TooManySnapshotsError } from './sandbox-errors.js';
import {
  type CollectedDocuments,
  exportOf,
  readExport,
  type SnapshotExport,
  type SnapshotState,
} from './snapshot-export.js';
import { SnapshotPieces } from './snapshot-pieces.service.js';
import { Snapshot } from './snapshot.schema.js';

export const MAX_SNAPSHOTS = 20;
/** How long filling a world may take, in ms; after that its data is removed as that of an interrupted one. */
const FILLING_MS = 600_000;

/** What a sandbox is filled with. */
export interface SnapshotSource {
  readonly state: SnapshotState;
  readonly collections: CollectedDocuments;
  /** Whether what is sealed in the documents can be opened here. */
  readonly canOpen: boolean;
  /** Whether it was sent by a client, and must be checked. */
  readonly isForeign: boolean;
}

/** A webhook endpoint whose secret of the snapshot cannot be opened here, with its new one. */
export interface NewSecret {
  readonly endpointId: string;
  readonly secret: string | null;
}

export interface FilledSandbox {
  readonly account: SandboxAccount;
  readonly newSecrets: readonly NewSecret[];
}

/** A collection that snapshots contain. */
type Copied = AccountCollection & { readonly copied: CopiedCollection };

const nameOf = ({ model }: AccountCollection): string => model.collection.collectionName;

/** Makes, exports and reads snapshots, and fills sandboxes with them. */
@Injectable()
export class SnapshotsService {
  constructor(
    private readonly data: AccountData,
    private readonly sandboxes: SandboxAccounts,
    private readonly secrets: SecretBox,
    @InjectModel(Snapshot.name) private readonly snapshots: Model<Snapshot>,
    private readonly pieces: SnapshotPieces,
    private readonly relay: PaymentRelay,
  ) {
    data.register({ model: snapshots, belongsTo: 'account', outlivesUser: false, copied: null });
  }

  /** Throws TooManySnapshotsError, SnapshotTooLargeError, ClockBusyError if the sandbox is reset meanwhile. */
  async create(account: SandboxAccount, id: string, name: string | null): Promise<Snapshot> {
    const accountId = account._id;
    const _id = storedId(account, id);
    if ((await this.snapshots.countDocuments({ accountId, _id: { $ne: _id } })) >= MAX_SNAPSHOTS)
      throw new TooManySnapshotsError(MAX_SNAPSHOTS);
    // After a reset the same script makes a snapshot with the same id: it replaces the one before.
    await this.remove(_id);
    await this.relay.finish(account.sandbox.owner);
    try {
      const content = await this.copy(account, _id);
      // Requests that wrote meanwhile may be in it, and their numbers must not be given again.
      const sandbox = (await this.sandboxes.find(account.sandbox.owner))?.sandbox;
      if (!sandbox) throw new ClockBusyError();
      const { seed, writes, clock, settings } = sandbox;
      const snapshot: Snapshot = {
        _id,
        accountId,
        name,
        createdAt: clock.now ?? new Date(),
        seed,
        writes,
        clockNow: clock.now,
        clockStartedAt: clock.startedAt,
        settings,
        ...content,
      };
      await this.snapshots.create(snapshot);
      return snapshot;
    } catch (error) {
      await this.remove(_id);
      throw error;
    }
  }

  /** Writes the pieces of a snapshot. */
  private async copy(
    { _id: accountId, sandbox }: SandboxAccount,
    snapshotId: string,
  ): Promise<Pick<Snapshot, 'counts' | 'pieces'>> {
    const counts: Record<string, number> = {};
    const pieces = this.pieces.writer(snapshotId, accountId);
    for (const collection of this.copied) {
      const documents = collection.model.collection
        .find({ accountId: sandbox.owner })
        .sort({ _id: 1 }) as AsyncIterable<AccountDocument>;
      for await (const document of documents) {
        counts[nameOf(collection)] = (counts[nameOf(collection)] ?? 0) + 1;
        await pieces.add(nameOf(collection), toPortable(document, collection.copied));
      }
    }
    return { counts, pieces: await pieces.end() };
  }

  /** Newest first. */
  list({ _id: accountId }: SandboxAccount): Promise<Snapshot[]> {
    return this.snapshots.find({ accountId }).sort({ _id: -1 }).lean<Snapshot[]>().exec();
  }

  /** Throws SnapshotNotFoundError. */
  async export(account: SandboxAccount, id: string): Promise<SnapshotExport> {
    const { state, collections } = await this.source(await this.get(account, id));
    return exportOf(state, collections, this.keyName);
  }

  /** Puts a sandbox back to one of its snapshots. Throws SnapshotNotFoundError, ClockBusyError. */
  async restore(account: SandboxAccount, id: string): Promise<SandboxAccount> {
    return (await this.fill(account, await this.source(await this.get(account, id)))).account;
  }

  /**
   * Reads what a new sandbox is to begin with: an export as it was sent, or the id of a snapshot of a sandbox that was
   * created from this address. Throws SnapshotNotFoundError, ValidationFailedError.
   */
  async open(snapshot: unknown, address: string): Promise<SnapshotSource> {
    if (typeof snapshot !== 'string') {
      const { snapshot: state, collections, encryption } = readExport(snapshot as Record<string, unknown>);
      assertSettings(state.settings);
      return { state, collections, canOpen: encryption === this.keyName, isForeign: true };
    }
    const candidates = await this.snapshots
      .find({ _id: { $gte: snapshot, $lt: `${snapshot}\u{10ffff}` } }, { accountId: 1 })
      .lean<Pick<Snapshot, '_id' | 'accountId'>[]>();
    const [newest] = await this.sandboxes.createdFrom(
      address,
      candidates.map(({ accountId }) => accountId),
    );
    const id = candidates.find(({ accountId }) => newest === accountId)?._id;
    const found = id === undefined ? null : await this.snapshots.findById(id).lean<Snapshot>();
    if (!found) throw new SnapshotNotFoundError(snapshot);
    return this.source(found);
  }

  /**
   * Fills another world with the documents, then lets the sandbox enter it: it has all of them, or is as it was.
   * Throws ClockBusyError, ValidationFailedError.
   */
  async fill(account: SandboxAccount, source: SnapshotSource): Promise<FilledSandbox> {
    const { owner } = account.sandbox;
    const next = newOwner(account._id);
    // Without the note, nobody would remove what a crash leaves.
    if (!(await this.sandboxes.noteUnfinished(owner, next, new Date(Date.now() + FILLING_MS))))
      throw new ClockBusyError();
    try {
      const newSecrets = await this.insert(source, next);
      const { writes, clockNow: now, clockStartedAt: startedAt } = source.state;
      const entered = await this.sandboxes.enter(owner, next, { writes, now, startedAt });
      if (!entered) throw new ClockBusyError();
      await this.sandboxes.noteFinished(next);
      return { account: entered, newSecrets };
    } catch (error) {
      // What failed may be the answer alone.
      if (!(await this.sandboxes.find(next))) await this.data.removeWorlds([next]);
      throw error;
    }
  }

  private get copied(): readonly Copied[] {
    return this.data.collections.filter((collection): collection is Copied => collection.copied !== null);
  }

  private get keyName(): string {
    return this.secrets.fingerprint('snapshots');
  }

  private async insert(source: SnapshotSource, owner: string): Promise<NewSecret[]> {
    const destination = { owner, hasVirtualClock: source.state.clockNow !== null, now: new Date() };
    const known = new Map(this.copied.map((collection) => [nameOf(collection), collection]));
    const newSecrets: NewSecret[] = [];
    const ready = Object.entries(source.collections).map(([name, documents]) => {
      const collection = known.get(name);
      if (!collection) throw refused(name, null, 'There is no such collection');
      const { most = Infinity } = collection.copied;
      if (documents.length > most) throw refused(name, null, `It can have at most ${most} documents`);
      const stored = documents.flatMap((document, index) => {
        const placed = placedIn(collection, document, destination, source.isForeign ? index : null);
        if (source.canOpen || !collection.copied.withoutKey) return [placed];
        const resealed = collection.copied.withoutKey(placed);
        if (!resealed) return [];
        newSecrets.push({ endpointId: publicId(placed._id), secret: resealed.secret });
        return [resealed.document];
      });
      return { collection, stored };
    });
    for (const { collection, stored } of ready)
      if (stored.length > 0)
        await collection.model.collection
          .insertMany(stored as never[], { ordered: false })
          .catch((error: unknown): never => {
            // Two documents of one id, or one that is too large.
            if (!source.isForeign || isDatabaseUnreachable(error)) throw error;
            throw refused(nameOf(collection), null, 'Two documents have the same id, or one is too large');
          });
    return newSecrets;
  }

  private async get(account: SandboxAccount, id: string): Promise<Snapshot> {
    const snapshot = await this.snapshots
      .findOne({ _id: storedId(account, id), accountId: account._id })
      .lean<Snapshot>();
    if (!snapshot) throw new SnapshotNotFoundError(id);
    return snapshot;
  }

  private async source(snapshot: Snapshot): Promise<SnapshotSource> {
    const { name, createdAt, counts, seed, writes, clockNow, clockStartedAt, settings } = snapshot;
    return {
      state: { name, createdAt, counts, seed, writes, clockNow, clockStartedAt, settings },
      collections: await this.pieces.read(snapshot),
      canOpen: true,
      isForeign: false,
    };
  }

  private async remove(id: string): Promise<void> {
    await this.snapshots.deleteOne({ _id: id });
    await this.pieces.remove(id);
  }
}

/** Snapshots belong to the sandbox, and not to one of its worlds. */
function storedId({ _id }: SandboxAccount, id: string): string {
  return idInWorld(worldOf(_id), publicId(id));
}

/** The document as its schema has it. Throws what Mongoose finds wrong. */
function validated(model: AccountModel, stored: AccountDocument): AccountDocument {
  const document = new model(stored);
  const error = document.validateSync();
  if (error) throw error;
  return document.toObject({ minimize: false }) as AccountDocument;
}

const PORTABLE_ID = /^[\w-]{20,64}$/;

/** @param index where a client sent the document, for the error; null if the gateway itself wrote it */
function placedIn(
  collection: Copied,
  document: PortableDocument,
  destination: Destination,
  index: number | null,
): AccountDocument {
  if (index === null) return toStored(document, collection.copied, destination);
  try {
    if (!PORTABLE_ID.test(document._id)) throw new Error('The id is not one of the gateway');
    const stored = toStored(document, collection.copied, destination);
    const checked = validated(collection.model, stored);
    collection.copied.check?.(checked);
    return checked;
  } catch (error) {
    throw refused(nameOf(collection), index, error instanceof Error ? error.message : String(error));
  }
}

function refused(collectionName: string, index: number | null, msg: string): ValidationFailedError {
  const at = index === null ? [] : [index];
  return ValidationFailedError.at(
    ['body', 'snapshot', 'collections', collectionName, ...at],
    'snapshot_content',
    `The snapshot is not as an export writes it: ${msg.slice(0, 300)}`,
    null,
  );
}

function assertSettings(settings: Readonly<Record<string, unknown>>): void {
  const [problem] = problemsOf(settings);
  if (problem)
    throw ValidationFailedError.at(
      ['body', 'snapshot', 'snapshot', 'settings', problem.name],
      problem.type,
      problem.msg,
      problem.input,
      problem.ctx,
    );
}
