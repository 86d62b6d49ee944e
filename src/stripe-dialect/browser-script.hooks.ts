import { readFile } from 'node:fs/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { Config } from '../platform/config/config.js';

/** The built script (browser/). It is beside `main.js` in the project, in the image and in the published package. */
const SCRIPT = new URL('stripe-dialect.js', import.meta.url);

const CHALLENGES = '/3ds/';

/** Serves the script with which pages of other origins pay. In development it may frame the pages of challenges. */
export function serveBrowserScript(app: NestFastifyApplication, { isProduction }: Config): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/stripe-dialect.js', async (_request, reply: FastifyReply) =>
    reply
      .type('text/javascript; charset=utf-8')
      .headers({ 'cross-origin-resource-policy': 'cross-origin', 'cache-control': 'no-cache' })
      .send(await readFile(SCRIPT)),
  );
  if (isProduction) return;
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (request.url.startsWith(CHALLENGES)) {
      const policy = String(reply.getHeader('content-security-policy') ?? '');
      void reply
        .removeHeader('x-frame-options')
        .header('content-security-policy', policy.replace(/frame-ancestors[^;]*/, 'frame-ancestors *'));
    }
    done(null, payload);
  });
}
