import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { BackgroundWorker } from '../common/background-worker.js';
import { PaymentsService } from './payments.service.js';

const BATCH = 200;
const IDLE_MS = 500;
const REST_MS = 20;

/** Finds the payments that are due and moves them on. */
@Injectable()
export class PaymentProcessingWorker implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(PaymentProcessingWorker.name);
  private readonly worker = new BackgroundWorker('payment-processing', () => this.step(), IDLE_MS, (error) => {
    this.logger.error(error);
  }, REST_MS);

  constructor(private readonly payments: PaymentsService) {}

  get healthy(): boolean {
    return this.worker.healthy;
  }

  onApplicationBootstrap(): void {
    this.payments.onDue((at) => {
      this.worker.wake(at);
    });
    this.worker.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.worker.stop();
  }

  private async step(): Promise<boolean | Date | null> {
    const done = await this.payments.processDue(new Date(), BATCH);
    return done === BATCH || (await this.payments.nextDueAt());
  }
}
