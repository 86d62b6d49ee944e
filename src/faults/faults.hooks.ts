import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { type Truth, truthOf } from './answer-truth.js';
import type { FaultableRequest, FaultedRequest } from './fault.guard.js';
import { FaultHits } from './fault-hits.service.js';
import { FaultTruth } from './fault-truth.service.js';
import { FaultWire } from './fault-wire.service.js';

/** Headers that belong to the true answer alone. */
const OF_THE_TRUE_ANSWER = [
  'idempotency-replayed',
  'idempotent-replayed',
  'stripe-should-retry',
  'preference-applied',
  'content-length',
];

/**
 * Does what faults do after the work: when the answer is ready, so the work is on the disk and the answer is kept under
 * its key. The truth is noted before the answer is lost.
 */
export function loseAnswers(app: NestFastifyApplication): void {
  const logger = new Logger('Faults');
  const [hits, truths, wire] = [app.get(FaultHits), app.get(FaultTruth), app.get(FaultWire)];

  async function note({ operation, taken, repeats }: FaultedRequest, reply: FastifyReply, text: string): Promise<void> {
    const isReplay = reply.hasHeader('idempotency-replayed') || reply.hasHeader('idempotent-replayed');
    const truth: Truth = truthOf({ operation, status: reply.statusCode, text, isReplay });
    if (taken && !taken.hit.isResolved) await truths.resolve(taken.faultId, taken.hit.n, truth);
    if (repeats && truth.objectId !== null) await hits.noteRepeatedObject(repeats, truth.objectId);
  }

  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onSend', (request: FaultableRequest, reply, payload, done) => {
      const { faulted } = request;
      if (!faulted) {
        done(null, payload);
        return;
      }
      delete request.faulted;
      const { taken } = faulted;
      const text = typeof payload === 'string' ? payload : '';
      note(faulted, reply, text)
        .catch((error: unknown) => {
          // The truth of charges is found again by the id of the request.
          logger.error(error);
        })
        .then(async () => {
          if (taken?.hit.when !== 'after') {
            done(null, payload);
            return;
          }
          const { effect } = taken;
          if (effect.type === 'latency') {
            await wire.wait(taken);
            done(null, payload);
          } else if (effect.type === 'status') {
            const { status, headers, text: other } = wire.answerOf(effect, request);
            for (const name of OF_THE_TRUE_ANSWER) void reply.removeHeader(name);
            void reply.status(status).headers(headers);
            done(null, other);
          } else wire.send(taken, reply, { status: reply.statusCode, text, headers: {} });
        })
        .catch((error: unknown) => {
          logger.error(error);
          done(null, payload);
        });
    });
}
