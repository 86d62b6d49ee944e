import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model, QueryFilter } from 'mongoose';
import { BackgroundWorker } from '../common/background-worker.js';
import { insertNew } from '../common/driver-writes.js';
import { newId } from '../common/ids.js';
import { findPage, type Page, type PageRequest } from '../common/page.js';
import { Config } from '../config/config.js';
import { redactCardNumbers, redactJson } from './redact.js';
import { RequestLog } from './request-log.schema.js';

const BATCH = 500;
const FLUSH_MS = 200;

/** More than this are not held: the log gives way before a request does. */
const MAX_WAITING = 5000;

/** A request that was answered, as it came and went. */
export type LoggedRequest = Omit<RequestLog, '_id' | 'errorCode'>;

/** Keeps the requests of each account; written in the background, it never slows or fails a request. */
@Injectable()
export class RequestLogsService implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(RequestLogsService.name);
  private readonly worker = new BackgroundWorker('request-logs', () => this.flush(), FLUSH_MS, (error) => {
    this.logger.warn(error);
  });
  private waiting: LoggedRequest[] = [];

  constructor(
    private readonly config: Config,
    @InjectModel(RequestLog.name) private readonly logs: Model<RequestLog>,
  ) {}

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

  list(accountId: string, filter: QueryFilter<RequestLog>, page: PageRequest): Promise<Page<RequestLog>> {
    return findPage(this.logs, { accountId, ...filter }, page);
  }

  private async flush(): Promise<boolean> {
    const batch = this.waiting.splice(0, BATCH);
    // What cannot be written is dropped: a log that is tried again and again would grow without bound.
    await insertNew(this.logs, batch.map(logOf));
    return this.waiting.length >= BATCH;
  }
}

function logOf(request: LoggedRequest): RequestLog {
  const responseBody = redactJson(request.responseBody);
  return {
    ...request,
    _id: newId('log', request.createdAt),
    path: redactCardNumbers(request.path),
    idempotencyKey: request.idempotencyKey === null ? null : redactCardNumbers(request.idempotencyKey),
    errorCode: request.status >= 400 ? errorCodeOf(responseBody) : null,
    requestBody: redactJson(request.requestBody),
    responseBody,
  };
}

function errorCodeOf(body: string | null): string | null {
  const { code } = (body === null ? {} : JSON.parse(body)) as { code?: unknown };
  return typeof code === 'string' ? code : null;
}
