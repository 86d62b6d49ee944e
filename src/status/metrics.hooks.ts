import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { MetricsService } from './metrics.service.js';

/** Counts and times each answered request. */
export function measureRequests(app: NestFastifyApplication): void {
  const metrics = app.get(MetricsService);
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onResponse', ({ method, routeOptions }, { statusCode, elapsedTime }, done) => {
      metrics.observe({
        method,
        route: routeOptions.url ?? 'unknown',
        status: statusCode,
        seconds: elapsedTime / 1000,
      });
      done();
    });
}
