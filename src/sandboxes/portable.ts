import { createHash } from 'node:crypto';
import type { AccountDocument, CopiedCollection } from '../platform/database/account-data.service.js';
import { sortedJson } from '../platform/common/sorted-json.js';
import { idIn, publicId } from '../platform/worlds/world-ids.js';

/** A document without the world that it came from: its ids are those that the API shows. */
export type PortableDocument = Readonly<Record<string, unknown>> & { readonly _id: string };

/** Takes the world out of a stored document. */
export function toPortable(document: AccountDocument, { ids, left }: CopiedCollection): PortableDocument {
  return withIds(without(document, ['accountId', ...(left ?? [])]), ids, publicId) as PortableDocument;
}

function without(document: object, left: readonly string[]): object {
  return Object.fromEntries(Object.entries(document).filter(([field]) => !left.includes(field)));
}

/** Where a document goes. */
export interface Destination {
  /** The `accountId` of the world. */
  readonly owner: string;
  /** Whether the clock of that world is virtual. */
  readonly hasVirtualClock: boolean;
  /** Real time. */
  readonly now: Date;
}

/** Puts a portable document into a world. */
export function toStored(
  document: PortableDocument,
  { ids, left, byClock, retentionMs, moved }: CopiedCollection,
  { owner, hasVirtualClock, now }: Destination,
): AccountDocument {
  // A client may have sent what does not travel.
  const placed = withIds(without(document, left ?? []), ids, (id) => idIn(owner, id)) as PortableDocument;
  const stored = {
    ...placed,
    accountId: owner,
    ...(hasVirtualClock && byClock && { clockId: owner }),
    ...(retentionMs !== undefined && { purgeAt: new Date(now.getTime() + retentionMs) }),
  };
  return moved ? moved(stored) : stored;
}

/** Changes the texts at these paths; a path leads through lists too. */
function withIds(value: unknown, paths: readonly string[], change: (id: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => withIds(item, paths, change));
  if (typeof value !== 'object' || value === null) return value;
  const inner = new Map<string, string[]>();
  for (const path of paths) {
    const [field = '', ...rest] = path.split('.');
    inner.set(field, [...(inner.get(field) ?? []), ...(rest.length > 0 ? [rest.join('.')] : [])]);
  }
  return Object.fromEntries(
    Object.entries(value).map(([field, item]: [string, unknown]) => {
      const below = inner.get(field);
      if (!below) return [field, item];
      return [field, typeof item === 'string' ? change(item) : withIds(item, below, change)];
    }),
  );
}

/** The SHA-256, in hex, of a JSON value with the keys of all its objects sorted. */
export function checksumOf(value: unknown): string {
  return createHash('sha256').update(sortedJson(value)).digest('hex');
}
