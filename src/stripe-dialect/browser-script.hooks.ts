import { readFile } from 'node:fs/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import type { Config } from '../platform/config/config.js';

/** The built script (browser/). It is beside `main.js` in the project, in the image and in the published package. */
const SCRIPT = new URL('stripe-dialect.js', import.meta.url);

/** The pages of challenges, where the script asks for them (browser/challenge.ts). */
const FRAMED = /^\/3ds\/[^?]*\?framed=1$/;

/**
 * Serves the script with which pages of other origins pay. It may show the pages of challenges in frames, which
 * nobody else may: in development everywhere, in production and wherever CORS_ORIGINS is set on pages of those origins.
 */
export function serveBrowserScript(app: NestFastifyApplication, config: Config): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.get('/stripe-dialect.js', async (_request, reply: FastifyReply) =>
    reply
      .type('text/javascript; charset=utf-8')
      .headers({ 'cross-origin-resource-policy': 'cross-origin', 'cache-control': 'no-cache' })
      .send(await readFile(SCRIPT)),
  );
  const framing = framingOrigins(config);
  if (framing.length === 0) return;
  fastify.addHook('onSend', (request, reply, payload, done) => {
    if (FRAMED.test(request.url)) {
      const policy = String(reply.getHeader('content-security-policy') ?? '');
      void reply
        .removeHeader('x-frame-options')
        .header(
          'content-security-policy',
          policy.replace(/frame-ancestors[^;]*/, `frame-ancestors ${framing.join(' ')}`),
        );
    }
    done(null, payload);
  });
}

function framingOrigins({ isProduction, corsOrigins }: Config): string[] {
  if (corsOrigins.length === 0) return isProduction ? [] : ['*'];
  return corsOrigins.filter((origin) => origin === '*' || (URL.canParse(origin) && new URL(origin).origin === origin));
}
