import { createHmac, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { endpointHeaders } from '../src/webhooks/delivery-headers.js';
import type { GatewayEvent } from '../client/index.js';
import { UsageError } from './errors.js';
import { readConfigFile, writeConfigFile } from './places.js';

/** What became of an event that was forwarded. */
export interface Forwarded {
  /** Null if the receiver did not answer. */
  readonly status: number | null;
  readonly ms: number;
  /** Why it did not answer. */
  readonly error?: string;
}

const SEED_FILE = 'listen.json';

const TIMEOUT_MS = 15_000;

/** A receiver that is being started again is not there for a moment. */
const WAITS_MS = [300, 1000, 2000];

/** The secret that signs what is forwarded for an account: the same at each start on one machine. */
export function listenSecret(accountId: string): string {
  let seed = (readConfigFile(SEED_FILE) as { seed: string } | null)?.seed;
  if (seed === undefined) {
    seed = randomBytes(32).toString('hex');
    writeConfigFile(SEED_FILE, { seed });
  }
  return `whsec_${createHmac('sha256', seed).update(accountId).digest('base64')}`;
}

/** Reads the address of a receiver; `http://` may be left out. Throws UsageError. */
export function receiverUrl(text: string): string {
  const url = text.includes('://') ? text : `http://${text}`;
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    throw new UsageError(`${text} is not a URL; use one such as http://127.0.0.1:4000/webhooks.`);
  return url;
}

/** Sends an event as the gateway sends it to an endpoint. Tries again if nothing listens at the address. */
export async function forward(
  event: GatewayEvent,
  url: string,
  secret: string,
  signal?: AbortSignal,
): Promise<Forwarded> {
  const { id, type, createdAt: timestamp, data } = event;
  const body = JSON.stringify({ id, type, timestamp, data });
  const began = Date.now();
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: endpointHeaders({ id, body, at: new Date() }, [{ version: 'v1', secret }]),
        body,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(signal ? [signal] : [])]),
      });
      // Only the status counts; the rest of the answer can be of any length.
      await response.body?.cancel();
      return { status: response.status, ms: Date.now() - began };
    } catch (error) {
      const wait = WAITS_MS[attempt];
      if (wait === undefined || signal?.aborted || !isRefused(error))
        return { status: null, ms: Date.now() - began, error: reasonOf(error) };
      await sleep(wait);
    }
  }
}

function isRefused(error: unknown): boolean {
  return codeOf(error) === 'ECONNREFUSED';
}

function codeOf(error: unknown): string | undefined {
  const { cause } = error as { cause?: { code?: string; errors?: readonly { code?: string }[] } };
  return cause?.code ?? cause?.errors?.[0]?.code;
}

function reasonOf(error: unknown): string {
  if (isRefused(error)) return 'nothing listens there';
  if (error instanceof Error && error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  return codeOf(error) ?? String(error);
}
