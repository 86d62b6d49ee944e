import { Injectable, Logger } from '@nestjs/common';
import { InjectConnection } from '@nestjs/mongoose';
import type { Connection } from 'mongoose';
import { PaymentRelay } from '../payments/payment-relay.worker.js';
import { PaymentListsService } from '../payments/payment-lists.service.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';

/** How long the database may take to answer before it counts as unreachable. */
const TIMEOUT_MS = 2000;

/** Whether the parts that the gateway needs are working. */
export interface Readiness {
  readonly database: boolean;
  readonly workers: Readonly<Record<string, boolean>>;
}

@Injectable()
export class StatusService {
  private readonly logger = new Logger(StatusService.name);
  readonly lastRestart = new Date();

  constructor(
    @InjectConnection() private readonly connection: Connection,
    private readonly payments: PaymentListsService,
    private readonly relay: PaymentRelay,
    private readonly dueWork: DueWorkRunner,
  ) {}

  /** Returns the number of payments, or null if the database can't be reached. */
  totalTransactions(): Promise<number | null> {
    return this.ask(() => this.payments.countAll());
  }

  async readiness(): Promise<Readiness> {
    return {
      database: (await this.ask(() => this.connection.db?.command({ ping: 1 }))) != null,
      workers: {
        payments: this.dueWork.isHealthy('payment.processing'),
        relay: this.relay.healthy,
        webhooks: this.dueWork.isHealthy('webhook.attempt'),
      },
    };
  }

  private async ask<T>(question: () => Promise<T> | undefined): Promise<T | null> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<null>((resolve) => {
      timer = setTimeout(() => {
        resolve(null);
      }, TIMEOUT_MS);
    });
    try {
      return (await Promise.race([question(), timeout])) ?? null;
    } catch (error) {
      this.logger.warn(error);
      return null;
    } finally {
      clearTimeout(timer);
    }
  }
}
