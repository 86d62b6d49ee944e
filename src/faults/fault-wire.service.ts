import { createHash } from 'node:crypto';
import { STATUS_CODES, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../platform/config/config.js';
import { errorBody, type FailedRequest, failedRequest } from '../platform/http/error-body.js';
import { reportUnfinished } from '../platform/http/unfinished-answers.js';
import { WaitingPlaces } from '../platform/http/waiting-places.js';
import { fractionOf } from '../platform/worlds/world-ids.js';
import type { Effect } from './effects.js';
import type { TakenHit } from './fault-hits.service.js';
import { latencyOf } from './latency.js';

/** How long a connection that is never answered stays open, in ms. */
const UNANSWERED_MS = 5 * 60_000;

/** How often a slow body goes on, in ms. */
const DRIP_MS = 100;

/** How many requests faults keep open or delay at once, in this process and of one account. */
const MAX_HELD = 2_000;
export const MAX_HELD_PER_ACCOUNT = 50;

const GARBAGE_BYTES = 256;
const INJECTED_STATUS = 503;
const MESSAGE = 'A fault that was asked for.';

/** An answer that is sent in a bad way, or in place of another one. */
export interface WireAnswer {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The bodies of injected errors below paths that are not our own API's. */
export interface FaultForm {
  readonly owns: (url: string) => boolean;
  readonly bodyOf: (status: number, message: string, request: FailedRequest) => object;
}

/** What a fault wants for a request of an account. */
export type WantedEffect = Pick<TakenHit, 'effect' | 'seed' | 'accountId'>;

/**
 * Does what faults do to connections. The connections that it keeps open or slow are limited; beyond the limit such an
 * effect ends at once.
 */
@Injectable()
export class FaultWire implements OnModuleDestroy {
  private readonly stopping = new AbortController();
  /** Connections that are kept open on purpose. */
  private readonly open = new Set<Socket>();
  private readonly forms: FaultForm[] = [];
  private readonly places = new WaitingPlaces(MAX_HELD, MAX_HELD_PER_ACCOUNT);

  constructor(private readonly config: Config) {}

  /** Nothing that is slow on purpose delays the end of the process. */
  onModuleDestroy(): void {
    this.stopping.abort();
    for (const socket of this.open) socket.destroy();
  }

  /** Call it before the application has started. */
  answerIn(form: FaultForm): void {
    this.forms.push(form);
  }

  /** Waits as a latency wants it; not at all if too many requests of the account wait. */
  async wait({ effect, seed, accountId }: WantedEffect): Promise<void> {
    if (!this.places.take(accountId)) return;
    const ms = latencyOf(effect, fractionOf(`${seed} one`), fractionOf(`${seed} other`));
    await delay(ms, undefined, { signal: this.stopping.signal }).catch(() => undefined);
    this.places.giveBack(accountId);
  }

  /** The answer that an effect has when there is no true one, or in its place. */
  answerOf({ status = INJECTED_STATUS, retryAfter, body }: Effect, request: FastifyRequest): WireAnswer {
    return {
      status,
      text: JSON.stringify(body ?? this.bodyOf(status, request)),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      },
    };
  }

  /** Sends an answer as the effect wants it, or none. Nothing else may be sent afterwards. */
  send({ effect, seed, accountId }: WantedEffect, reply: FastifyReply, answer: WireAnswer): void {
    const headers = { ...textsOf(reply.getHeaders()), ...answer.headers, connection: 'close' };
    void reply.hijack();
    const { raw } = reply;
    const socket = raw.socket;
    if (!socket || socket.destroyed) return;
    reportUnfinished(raw);
    if (effect.type === 'timeout') this.keepOpen(socket, accountId);
    else if (effect.type === 'reset') socket.resetAndDestroy();
    else if (effect.type === 'empty') socket.destroy();
    else if (effect.type === 'garbage') {
      socket.write(garbageFrom(seed));
      socket.destroySoon();
    } else if (effect.type === 'cut') this.sendHalf(raw, socket, { ...answer, headers });
    else if (this.hold(socket, accountId)) this.drip(raw, socket, { ...answer, headers }, effect.bytesPerSecond ?? 1);
  }

  private bodyOf(status: number, request: FastifyRequest): object {
    const failed = failedRequest(request, this.config);
    const form = this.forms.find(({ owns }) => owns(request.url));
    if (form) return form.bodyOf(status, MESSAGE, failed);
    const code = 'injected_fault';
    return { ...errorBody(code, MESSAGE, failed), status, title: STATUS_CODES[status] ?? 'Error' };
  }

  private keepOpen(socket: Socket, accountId: string): void {
    if (!this.hold(socket, accountId)) return;
    const timer = setTimeout(() => socket.destroy(), UNANSWERED_MS).unref();
    socket.once('close', () => {
      clearTimeout(timer);
    });
  }

  /** Takes a place for a connection until it closes. If there is none, closes the connection and returns false. */
  private hold(socket: Socket, accountId: string): boolean {
    if (this.stopping.signal.aborted || !this.places.take(accountId)) {
      socket.destroy();
      return false;
    }
    this.open.add(socket);
    socket.once('close', () => {
      this.open.delete(socket);
      this.places.giveBack(accountId);
    });
    return true;
  }

  private sendHalf(raw: ServerResponse, socket: Socket, { status, headers, text }: WireAnswer): void {
    const bytes = Buffer.from(text);
    const announced = Math.max(bytes.length, 2);
    raw.writeHead(status, { ...headers, 'content-length': announced });
    raw.flushHeaders();
    raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
      socket.destroySoon();
    });
  }

  private drip(raw: ServerResponse, socket: Socket, { status, headers, text }: WireAnswer, perSecond: number): void {
    const bytes = Buffer.from(text);
    // At most ten times a second; slower than that one byte at a time.
    const size = Math.max(1, Math.round((perSecond * DRIP_MS) / 1000));
    const everyMs = (size * 1000) / perSecond;
    raw.writeHead(status, { ...headers, 'content-length': bytes.length });
    raw.flushHeaders();
    let at = 0;
    const next = (): void => {
      raw.write(bytes.subarray(at, at + size));
      at += size;
      if (at < bytes.length) return;
      clearInterval(timer);
      raw.end();
    };
    const timer = setInterval(next, everyMs);
    socket.once('close', () => {
      clearInterval(timer);
    });
  }
}

/** The headers of an answer that is not sent through Fastify. */
function textsOf(headers: ReturnType<FastifyReply['getHeaders']>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || name === 'content-length' || name === 'transfer-encoding'
        ? []
        : [[name, [value].flat().join(', ')]],
    ),
  );
}

/** Bytes that no client takes for HTTP; the same for the same seed. */
function garbageFrom(seed: string): Buffer {
  const parts: Buffer[] = [Buffer.from([0])];
  for (let n = 0; parts.length <= GARBAGE_BYTES / 32; n += 1)
    parts.push(createHash('sha256').update(`${seed} ${n}`).digest());
  return Buffer.concat(parts);
}
