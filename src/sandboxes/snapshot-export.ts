import { ValidationFailedError } from '../platform/errors/validation-failed.error.js';
import { isIsoTime } from '../platform/validation/date-field.js';
import type { WorldSettings } from '../platform/worlds/world.js';
import { canBeShown } from './clock-limits.js';
import { checksumOf, type PortableDocument } from './portable.js';

/** Ids have six digits for the number of a write. */
const MOST_WRITES = 16 ** 6;

export const SNAPSHOT_FORMAT = 'mock-payment-gateway/snapshot@1';

/** The state of a sandbox beside its documents. */
export interface SnapshotState {
  readonly name: string | null;
  readonly createdAt: Date;
  readonly counts: Readonly<Record<string, number>>;
  readonly seed: string;
  readonly writes: number;
  /** Null: the real time. */
  readonly clockNow: Date | null;
  readonly clockStartedAt: Date | null;
  readonly settings: Partial<WorldSettings>;
}

/** The documents of one collection. */
export type CollectedDocuments = Readonly<Record<string, readonly PortableDocument[]>>;

/** A snapshot as one JSON document. */
export interface SnapshotExport {
  readonly format: typeof SNAPSHOT_FORMAT;
  /** Over everything else, with sorted keys. */
  readonly checksum: string;
  /** The same for the same ENCRYPTION_KEY. */
  readonly encryption: string;
  readonly snapshot: SnapshotState;
  readonly collections: CollectedDocuments;
}

export function exportOf(snapshot: SnapshotState, collections: CollectedDocuments, encryption: string): SnapshotExport {
  const content = { format: SNAPSHOT_FORMAT, encryption, snapshot, collections } as const;
  return { ...content, checksum: checksumOf(content) };
}

const refuse = (field: string, type: string, msg: string, ctx: Readonly<Record<string, unknown>> = {}) =>
  ValidationFailedError.at(['body', 'snapshot', field], type, msg, null, ctx);

/** Reads an export as it was sent. Throws ValidationFailedError if it is none, or was changed. */
export function readExport(sent: Readonly<Record<string, unknown>>): SnapshotExport {
  const { checksum, ...content } = sent;
  if (content.format !== SNAPSHOT_FORMAT)
    throw refuse('format', 'snapshot_format', `Input should be an export of the format ${SNAPSHOT_FORMAT}`, {
      expected: SNAPSHOT_FORMAT,
    });
  if (checksum !== checksumOf(content))
    throw refuse('checksum', 'snapshot_checksum', 'The snapshot is damaged: its checksum does not fit its content');
  const { snapshot, collections, encryption } = content;
  if (!isRecord(snapshot) || !isState(snapshot))
    throw refuse('snapshot', 'snapshot_content', 'The state of the snapshot is not as an export writes it');
  if (!isRecord(collections) || !Object.values(collections).every(isListOfDocuments))
    throw refuse('collections', 'snapshot_content', 'The collections of the snapshot are not as an export writes them');
  return {
    format: SNAPSHOT_FORMAT,
    checksum,
    encryption: String(encryption),
    snapshot: {
      ...(snapshot as unknown as SnapshotState),
      createdAt: dateOf(snapshot.createdAt) ?? new Date(0),
      clockNow: dateOf(snapshot.clockNow),
      clockStartedAt: dateOf(snapshot.clockStartedAt),
    },
    collections: collections as CollectedDocuments,
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isState({ seed, writes, settings, counts, clockNow, clockStartedAt }: Record<string, unknown>): boolean {
  return (
    typeof seed === 'string' &&
    seed.length >= 1 &&
    seed.length <= 64 &&
    Number.isSafeInteger(writes) &&
    Number(writes) >= 0 &&
    Number(writes) < MOST_WRITES &&
    isRecord(settings) &&
    isRecord(counts) &&
    (clockNow === null) === (clockStartedAt === null) &&
    [clockNow, clockStartedAt].every((time) => time === null || (isIsoTime(time) && canBeShown(new Date(time))))
  );
}

function isListOfDocuments(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => isRecord(item) && typeof item._id === 'string');
}

function dateOf(value: unknown): Date | null {
  return typeof value === 'string' ? new Date(value) : null;
}
