import type { AttemptResult, WebhookSender } from '../webhooks/webhook-sender.js';
import { stateIn } from './handler-state.js';
import type { ProbeMessage } from './probe-messages.js';
import { probeRequest, type ProbeSecrets, type Signing, SIGNINGS } from './probe-request.js';

/** How much of an answer evidence shows, in characters. */
const SHOWN_CHARACTERS = 200;

/** How much of a state is read, in bytes. */
const STATE_BYTES = 65_536;

/** The process stops; the run starts again elsewhere. */
export class RunStoppedError extends Error {}

/** One request to the handler and what came back. */
export interface Exchange {
  /** Null if no answer came. */
  readonly status: number | null;
  readonly ms: number;
  /** Both in words. */
  readonly text: string;
}

export interface StateSeen {
  /** Null if it could not be read. */
  readonly state: object | null;
  readonly text: string;
}

export interface HandlerAddress extends ProbeSecrets {
  readonly url: string;
  readonly stateUrl: string | null;
}

/** What probes of a run share. */
export interface RunSignals {
  /** The run has taken too long: nothing more is sent. */
  readonly over: AbortSignal;
  /** The process stops, or another process has taken the run. */
  readonly stopped: AbortSignal;
}

/** Sends requests, and says how long each waits for its answer, in ms. */
export interface TimedSender {
  readonly sender: WebhookSender;
  readonly timeoutMs: number;
}

/** Sends messages to a handler, and reads its states. */
export class HandlerUnderTest {
  private readonly aborted: AbortSignal;
  private readonly hidden: readonly string[];

  constructor(
    private readonly address: HandlerAddress,
    private readonly signals: RunSignals,
    /** What evidence says when the time is over. */
    private readonly overText: string,
  ) {
    this.aborted = AbortSignal.any([signals.over, signals.stopped]);
    const { known } = address;
    this.hidden = [known, known.replace('whsec_', '')].filter((text) => text.length > 0);
  }

  get hasState(): boolean {
    return this.address.stateUrl !== null;
  }

  /** Throws RunStoppedError. */
  async send({ sender, timeoutMs }: TimedSender, message: ProbeMessage, signing: Signing = 'right'): Promise<Exchange> {
    const { headers, body } = probeRequest(message, signing, this.address, new Date());
    const sent = `${message.type} ${message.id} (${Buffer.byteLength(body)} bytes) ${SIGNINGS[signing]}`;
    const { result, ms } = await this.timed(() =>
      sender.send(this.address.url, headers, body, { timeoutMs, aborted: this.aborted }),
    );
    return { status: result.status, ms, text: `${sent}: ${this.outcomeOf(result, ms)}` };
  }

  /** Throws RunStoppedError. */
  async stateOf({ sender, timeoutMs }: TimedSender, paymentId: string): Promise<StateSeen> {
    const url = new URL(this.address.stateUrl ?? '');
    url.searchParams.set('id', paymentId);
    const { result, ms } = await this.timed(() =>
      sender.get(url.href, STATE_BYTES, { timeoutMs, aborted: this.aborted }),
    );
    const state = result.error === null ? stateIn(result.response) : null;
    const problem = state === null && result.error === null ? ', which is not a JSON object' : '';
    return { state, text: `stateUrl?id=${paymentId}: ${this.outcomeOf(result, ms)}${problem}` };
  }

  /** Waits, but not longer than the run lasts. Throws RunStoppedError. */
  async pause(ms: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.aborted.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.aborted.addEventListener('abort', end);
      if (this.aborted.aborted) end();
    });
    this.assertNotStopped();
  }

  private async timed(request: () => Promise<AttemptResult>): Promise<{ result: AttemptResult; ms: number }> {
    this.assertNotStopped();
    const begin = performance.now();
    const result = await request();
    this.assertNotStopped();
    return { result, ms: Math.round(performance.now() - begin) };
  }

  private assertNotStopped(): void {
    if (this.signals.stopped.aborted) throw new RunStoppedError();
  }

  private outcomeOf({ status, error, response }: AttemptResult, ms: number): string {
    if (status === null) return this.signals.over.aborted ? this.overText : `no answer (${error ?? 'unknown'})`;
    const shown = this.redacted(response).slice(0, SHOWN_CHARACTERS);
    return `answered ${status} in ${ms} ms${shown === '' ? '' : ` with ${JSON.stringify(shown)}`}`;
  }

  private redacted(text: string): string {
    return this.hidden.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
  }
}
