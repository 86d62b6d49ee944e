import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { StreamedReply } from '../platform/streams/stream-connection.decorator.js';
import { MetricsService } from './metrics.service.js';

/** Counts and times each answered request. */
export function measureRequests(app: NestFastifyApplication): void {
  const metrics = app.get(MetricsService);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', ({ method, routeOptions }, reply: StreamedReply, done) => {
      metrics.observe({
        method,
        route: routeOptions.url ?? 'unknown',
        status: reply.statusCode,
        // A stream lasts as long as its client wants: only the time to its beginning is a latency.
        seconds: (reply.beganAfterMs ?? reply.elapsedTime) / 1000,
      });
      done();
    });
}
