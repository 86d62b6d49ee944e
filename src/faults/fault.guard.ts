import { createHash } from 'node:crypto';
import { type CanActivate, type ExecutionContext, Injectable, type RawBodyRequest } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseIdempotencyKey } from '../idempotency/idempotency-key.js';
import { isConsoleRead } from '../platform/access/console-reads.js';
import type { Principal } from '../platform/access/principal.js';
import { redactText } from '../platform/common/card-numbers.js';
import { Config } from '../platform/config/config.js';
import { AnsweredError } from '../platform/errors/answered.error.js';
import { requestPayload } from '../platform/http/request-payload.js';
import { isExempt } from './exempt-routes.js';
import { nameOfRoute } from './operation-names.js';
import { type AskedFault, FAULT_HEADER, readFaultHeader } from './fault-header.js';
import { FaultHits, type IncomingRequest, type RepeatedHit, type TakenHit } from './fault-hits.service.js';
import { FaultWire } from './fault-wire.service.js';

const BASE = '/api/v1';
const HEADER = FAULT_HEADER.toLowerCase();

/** A request that a fault hit, or that repeats one. */
export interface FaultedRequest {
  readonly operation: string;
  readonly taken: TakenHit | null;
  readonly repeats: RepeatedHit | null;
}

export type FaultableRequest = RawBodyRequest<FastifyRequest> & { user?: Principal; faulted?: FaultedRequest };

/**
 * The last global guard: compares the requests of accounts that have faults with them. What a fault does before the work
 * happens here, so that nothing is kept under an Idempotency-Key.
 */
@Injectable()
export class FaultGuard implements CanActivate {
  constructor(
    private readonly config: Config,
    private readonly hits: FaultHits,
    private readonly wire: FaultWire,
  ) {}

  /** Throws, or rejects with, ValidationFailedError if X-Fault is malformed; AnsweredError if a fault answered. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const http = context.switchToHttp();
    const request = http.getRequest<FaultableRequest>();
    const { user, headers } = request;
    const header = headers[HEADER];
    if (!user || (!user.hasFaults && header === undefined)) return true;
    if (isConsoleRead(user, request.method)) return true;
    const { url: route = '' } = request.routeOptions;
    if (!this.config.faultsOn || isExempt(belowBase(route))) return true;
    const asked = header === undefined ? null : readFaultHeader(header);
    const operation = route.startsWith(BASE) ? context.getHandler().name : nameOfRoute(request.method, route);
    return this.meet(incoming(request, user, operation), asked, request, http.getResponse());
  }

  private async meet(
    incomingRequest: IncomingRequest,
    asked: AskedFault | null,
    request: FaultableRequest,
    reply: FastifyReply,
  ): Promise<boolean> {
    const faults = request.user?.hasFaults ? await this.hits.of(incomingRequest.accountId) : [];
    const repeats = await this.hits.noteRepetition(faults, incomingRequest);
    const taken = asked
      ? await this.hits.takeOnce(incomingRequest, asked)
      : await this.hits.takeForRequest(faults, incomingRequest);
    if (!taken && !repeats) return true;
    if (taken?.hit.when === 'before') {
      if (taken.effect.type !== 'latency') {
        request.faulted = { operation: incomingRequest.operation, taken: null, repeats };
        this.answerBefore(taken, request, reply);
        throw new AnsweredError();
      }
      await this.wire.wait(taken);
    }
    request.faulted = { operation: incomingRequest.operation, taken, repeats };
    return true;
  }

  private answerBefore(taken: TakenHit, request: FaultableRequest, reply: FastifyReply): void {
    const answer = this.wire.answerOf(taken.effect, request);
    if (taken.effect.type === 'status') void reply.status(answer.status).headers(answer.headers).send(answer.text);
    else this.wire.send(taken, reply.status(answer.status), answer);
  }
}

function belowBase(path: string): string {
  return path.startsWith(BASE) ? path.slice(BASE.length) : path;
}

function incoming(request: FaultableRequest, { accountId, world }: Principal, operation: string): IncomingRequest {
  const { body, headers, method, url, id } = request;
  const { metadata } = (body ?? {}) as { metadata?: unknown };
  return {
    accountId,
    world,
    requestId: id,
    operation,
    method,
    path: belowBase(url.split('?', 1)[0] ?? url),
    metadata: typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, unknown>) : {},
    idempotencyKey: keyOf(headers['idempotency-key']),
    fingerprint: createHash('sha256').update(requestPayload(request)).digest('base64url'),
  };
}

/** Without card numbers, which are stored nowhere. A malformed key is refused later. */
function keyOf(header: string | string[] | undefined): string | null {
  try {
    const key = parseIdempotencyKey(header);
    return key === null ? null : redactText(key);
  } catch {
    return null;
  }
}
