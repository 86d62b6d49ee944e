import { randomUUID } from 'node:crypto';
import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { newId } from '../platform/common/ids.js';
import { idIn, worldOf } from '../platform/worlds/world-ids.js';
import { Config } from '../platform/config/config.js';
import { AccountData } from '../platform/database/account-data.service.js';
import { insertNew } from '../platform/database/driver-writes.js';
import type { Page, PageRequest } from '../platform/database/page.js';
import { BackgroundWorker } from '../platform/due-work/background-worker.js';
import { redactText } from '../platform/common/card-numbers.js';
import { RequestLogFeed } from './request-log-feed.service.js';
import { redactJson } from './redact.js';
import {
  batchesOf,
  batchIdBounds,
  entriesInOrder,
  matchesFilter,
  type RequestLogFilter,
} from './request-log-batches.js';
import { type RequestLog, RequestLogBatch, REQUEST_LOG_RETENTION_MS } from './request-log.schema.js';

const MAX_FLUSHED = 500;
const FLUSH_INTERVAL_MS = 200;

/** Maximum number of entries in memory. Under load the service drops entries; it never delays requests. */
const MAX_WAITING = 5000;

/** An answered request, before redaction. */
export type LoggedRequest = Omit<RequestLog, 'id' | 'errorCode'> & {
  readonly accountId: string;
  /** Null for a new one. */
  readonly id: string | null;
};

/** Stores the requests of each account. Writes in the background, so that it never delays or fails a request. */
@Injectable()
export class RequestLogsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RequestLogsService.name);
  private readonly worker = new BackgroundWorker(
    'request-logs',
    () => this.flush(),
    FLUSH_INTERVAL_MS,
    (error) => {
      this.logger.warn(error);
    },
  );
  private waiting: LoggedRequest[] = [];

  constructor(
    private readonly config: Config,
    @InjectModel(RequestLogBatch.name) private readonly batches: Model<RequestLogBatch>,
    private readonly feed: RequestLogFeed,
    accountData: AccountData,
  ) {
    accountData.register({ model: batches, belongsTo: 'world', outlivesUser: true, copied: null });
  }

  onApplicationBootstrap(): void {
    this.worker.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker.stop();
    while (this.waiting.length > 0) await this.flush();
  }

  add(request: LoggedRequest): void {
    if (this.config.REQUEST_LOG === 'on' && this.waiting.length < MAX_WAITING) this.waiting.push(request);
  }

  /** Returns a page of an account's requests, newest first. */
  async list(accountId: string, filter: RequestLogFilter, page: PageRequest): Promise<Page<RequestLog>> {
    const { limit, startingAfter, endingBefore } = page;
    const newestFirst = endingBefore === undefined || startingAfter !== undefined;
    const bounds = batchIdBounds(page);
    const wanted: QueryFilter<RequestLogBatch> = {
      accountId,
      ...(Object.keys(bounds).length > 0 && { _id: bounds }),
      ...(filter.requestId !== undefined && { 'entries.requestId': filter.requestId }),
      ...(Object.keys(filter).length > 0 && { entries: { $elemMatch: filter } }),
    };
    const batches = this.batches
      .find(wanted)
      .sort({ _id: newestFirst ? -1 : 1 })
      .lean<RequestLogBatch[]>()
      .cursor() as AsyncIterable<RequestLogBatch>;
    const isWanted = (entry: RequestLog): boolean =>
      matchesFilter(entry, filter) &&
      (startingAfter === undefined || entry.id < startingAfter) &&
      (endingBefore === undefined || entry.id > endingBefore);
    const found: RequestLog[] = [];
    for await (const entry of entriesInOrder(batches, newestFirst, isWanted)) {
      found.push(entry);
      if (found.length > limit) break;
    }
    const data = found.slice(0, limit);
    return { data: newestFirst ? data : data.reverse(), hasMore: found.length > limit };
  }

  private async flush(): Promise<boolean> {
    const byAccount = new Map<string, RequestLog[]>();
    for (const request of this.waiting.splice(0, MAX_FLUSHED)) {
      const entries = byAccount.get(request.accountId) ?? [];
      entries.push(logOf(request));
      byAccount.set(request.accountId, entries);
    }
    const purgeAt = new Date(Date.now() + REQUEST_LOG_RETENTION_MS);
    // Entries that cannot be written are dropped: with retries they could fill the memory.
    const stored = await insertNew(
      this.batches,
      [...byAccount].flatMap(([accountId, entries]) =>
        batchesOf(accountId, entries, purgeAt).map((batch) => storedBatch(batch, randomUUID())),
      ),
    );
    this.feed.note(stored);
    return this.waiting.length >= MAX_FLUSHED;
  }
}

function logOf(request: LoggedRequest): RequestLog {
  const { requestId, method, status, ms, createdAt } = request;
  const responseBody = redactJson(request.responseBody);
  return {
    requestId,
    method,
    status,
    ms,
    createdAt,
    id: request.id ?? newId('log', request.createdAt),
    path: redactText(request.path),
    idempotencyKey: request.idempotencyKey === null ? null : redactText(request.idempotencyKey),
    errorCode: request.status >= 400 ? errorCodeOf(responseBody) : null,
    requestBody: redactJson(request.requestBody),
    responseBody,
  };
}

/** The ids of a sandbox's requests can come again after a restart, so the batch needs more to be unique. */
function storedBatch(batch: RequestLogBatch, unique: string): RequestLogBatch {
  if (worldOf(batch.accountId) === '') return batch;
  const { accountId, entries, purgeAt } = batch;
  return { _id: `${idIn(accountId, batch._id)}.${unique}`, accountId, entries, purgeAt };
}

function errorCodeOf(body: string | null): string | null {
  const { error, ...own } = (body === null ? {} : JSON.parse(body)) as { code?: unknown; error?: { code?: unknown } };
  // The dialect's errors are one level deeper.
  const code = own.code ?? error?.code;
  return typeof code === 'string' ? code : null;
}
