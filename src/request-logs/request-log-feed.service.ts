import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { StoredFeed } from '../platform/streams/stored-feed.service.js';
import { batchIdsAround } from './request-log-batches.js';
import { REQUEST_LOG_RETENTION_MS, RequestLogBatch } from './request-log.schema.js';

/** How many batches a reader holds in memory at most; each has less than a megabyte, and most a few kilobytes. */
const PAGE_SIZE = 4;

/** Follows the requests of accounts as they are stored. */
@Injectable()
export class RequestLogFeed extends StoredFeed<RequestLogBatch> {
  constructor(@InjectModel(RequestLogBatch.name) private readonly batches: Model<RequestLogBatch>) {
    super(batches, REQUEST_LOG_RETENTION_MS, PAGE_SIZE);
  }

  /** The batch that has the request; the first one if several do: ids in a sandbox can come again after a restart. */
  protected find(accountId: string, id: string): Promise<RequestLogBatch | null> {
    return this.batches
      .findOne({ accountId, _id: batchIdsAround(id), 'entries.id': id })
      .sort({ _id: 1 })
      .lean<RequestLogBatch>()
      .exec();
  }
}
