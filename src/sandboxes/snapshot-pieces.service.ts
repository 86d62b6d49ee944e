import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type Model, mongo } from 'mongoose';
import { AccountData } from '../platform/database/account-data.service.js';
import type { PortableDocument } from './portable.js';
import { SnapshotTooLargeError } from './sandbox-errors.js';
import type { CollectedDocuments } from './snapshot-export.js';
import { type Snapshot, SnapshotPiece } from './snapshot.schema.js';

const MAX_MEGABYTES = 24;

/** How many bytes of documents a piece has at most, beside the document that goes beyond. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** The documents of snapshots, in pieces. */
@Injectable()
export class SnapshotPieces {
  constructor(
    @InjectModel(SnapshotPiece.name) private readonly pieces: Model<SnapshotPiece>,
    data: AccountData,
  ) {
    data.register({ model: pieces, belongsTo: 'account', outlivesUser: false, copied: null });
  }

  writer(snapshotId: string, accountId: string): PieceWriter {
    return new PieceWriter(this.pieces, snapshotId, accountId);
  }

  async read({ _id, pieces }: Pick<Snapshot, '_id' | 'pieces'>): Promise<CollectedDocuments> {
    const collections: Record<string, PortableDocument[]> = {};
    const found = this.pieces.find({ snapshotId: _id }).sort({ index: 1 }).limit(pieces).lean<SnapshotPiece[]>();
    for (const { collectionName, documents } of await found)
      (collections[collectionName] ??= []).push(...(documents as PortableDocument[]));
    return collections;
  }

  async remove(snapshotId: string): Promise<void> {
    await this.pieces.deleteMany({ snapshotId });
  }
}

/** Writes the documents of a snapshot in pieces. */
class PieceWriter {
  private collectionName = '';
  private documents: object[] = [];
  private bytes = 0;
  private totalBytes = 0;
  private count = 0;

  constructor(
    private readonly pieces: Model<SnapshotPiece>,
    private readonly snapshotId: string,
    private readonly accountId: string,
  ) {}

  /** Throws SnapshotTooLargeError. */
  async add(collectionName: string, document: PortableDocument): Promise<void> {
    if (collectionName !== this.collectionName || this.bytes >= PIECE_BYTES) await this.flush();
    const bytes = mongo.BSON.calculateObjectSize(document);
    this.totalBytes += bytes;
    if (this.totalBytes > MAX_MEGABYTES * 1024 * 1024) throw new SnapshotTooLargeError(MAX_MEGABYTES);
    this.collectionName = collectionName;
    this.bytes += bytes;
    this.documents.push(document);
  }

  /** Returns how many pieces there are. */
  async end(): Promise<number> {
    await this.flush();
    return this.count;
  }

  private async flush(): Promise<void> {
    if (this.documents.length === 0) return;
    const { snapshotId, accountId, collectionName, documents, count: index } = this;
    await this.pieces.create({
      _id: `${snapshotId}/${index}`,
      accountId,
      snapshotId,
      index,
      collectionName,
      documents,
    });
    this.count += 1;
    this.documents = [];
    this.bytes = 0;
  }
}
