import { Injectable, Logger } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { PaymentListsService } from '../payments/payment-lists.service.js';
import { DueWorkRunner } from '../platform/due-work/due-work-runner.service.js';
import { DeliveriesService } from '../webhooks/deliveries.service.js';

/** The queries that count whole collections run at most this often, in ms, and take at most 1/20 of the time. */
const COLLECT_INTERVAL_MS = 5000;
const MIN_PAUSE_FACTOR = 20;

/** An answered request. */
export interface AnsweredRequest {
  readonly method: string;
  /** The route's pattern, not the path: with paths every id would create a series. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

interface RequestSeries {
  readonly requests: Counter.Internal;
  readonly duration: Histogram.Internal<'method' | 'route'>;
}

@Injectable()
export class MetricsService {
  private readonly logger = new Logger(MetricsService.name);
  private readonly registry = new Registry();
  private readonly requests = new Counter({
    name: 'http_requests_total',
    help: 'Requests answered.',
    labelNames: ['method', 'route', 'status'],
    registers: [this.registry],
  });
  private readonly duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time to answer, by route.',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [this.registry],
  });
  private readonly payments = this.gauge('payments', 'Payments by status.', ['status']);
  private readonly deliveries = this.gauge('webhook_deliveries', 'Webhook deliveries by status.', ['status']);
  private readonly dueWork = this.gauge('due_work', 'Work that is due and not done yet.', ['kind']);
  private readonly dueWorkAge = this.gauge(
    'due_work_oldest_age_seconds',
    'How long the oldest such work has been due.',
    ['kind'],
  );
  private readonly series = new Map<string, RequestSeries>();
  private collectNextAt = 0;

  constructor(
    private readonly paymentLists: PaymentListsService,
    private readonly deliveriesService: DeliveriesService,
    private readonly dueWorkRunner: DueWorkRunner,
  ) {
    collectDefaultMetrics({ register: this.registry });
  }

  observe({ method, route, status, seconds }: AnsweredRequest): void {
    const { requests, duration } = this.seriesOf(method, route, status);
    requests.inc();
    duration.observe(seconds);
  }

  /** Caches the series of these labels: looking them up by labels takes longer than counting. */
  private seriesOf(method: string, route: string, status: number): RequestSeries {
    const key = `${status} ${method} ${route}`;
    const known = this.series.get(key);
    if (known) return known;
    const series = {
      requests: this.requests.labels({ method, route, status }),
      duration: this.duration.labels({ method, route }),
    };
    this.series.set(key, series);
    return series;
  }

  /** Returns the metrics in the text format of Prometheus; without those from the database while it is unreachable. */
  async text(): Promise<string> {
    await this.collect().catch((error: unknown) => {
      this.logger.warn(error);
      for (const gauge of [this.payments, this.deliveries, this.dueWork, this.dueWorkAge]) gauge.reset();
    });
    return this.registry.metrics();
  }

  private async collect(): Promise<void> {
    const now = new Date();
    if (now.getTime() < this.collectNextAt) return;
    this.collectNextAt = now.getTime() + COLLECT_INTERVAL_MS;
    const [payments, deliveries, duePayments, dueDeliveries] = await Promise.all([
      this.paymentLists.countByStatus(),
      this.deliveriesService.countByStatus(),
      this.dueWorkRunner.backlogOf('payment.processing', now),
      this.dueWorkRunner.backlogOf('webhook.attempt', now),
    ]);
    this.collectNextAt = now.getTime() + Math.max(COLLECT_INTERVAL_MS, MIN_PAUSE_FACTOR * (Date.now() - now.getTime()));
    for (const gauge of [this.payments, this.deliveries]) gauge.reset();
    for (const [status, count] of Object.entries(payments)) this.payments.set({ status }, count);
    for (const [status, count] of Object.entries(deliveries)) this.deliveries.set({ status }, count);
    for (const [kind, { count, oldest }] of Object.entries({ payments: duePayments, webhooks: dueDeliveries })) {
      this.dueWork.set({ kind }, count);
      this.dueWorkAge.set({ kind }, oldest === null ? 0 : (now.getTime() - oldest.getTime()) / 1000);
    }
  }

  private gauge(name: string, help: string, labelNames: string[]): Gauge {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }
}
