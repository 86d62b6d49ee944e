import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { SecretBox } from '../platform/common/secret-box.js';
import { publicId } from '../platform/worlds/world-ids.js';
import { WebhookSender } from '../webhooks/webhook-sender.js';
import { WebhookUrlService } from '../webhooks/webhook-url.service.js';
import type { Certification } from './certification.schema.js';
import { type CheckResult, checkResults, type Verdicts } from './checks.js';
import { HandlerUnderTest } from './handler-under-test.js';
import { probeMessages, unknownSecret } from './probe-messages.js';
import { Probes } from './probes.js';

/** How long one message, and one of a burst, waits for its answer, in ms. */
const TIMEOUT_MS = 5_000;
const BURST_TIMEOUT_MS = 8_000;

/** How long a whole run may take, in ms. */
const MAX_RUN_MS = 28_000;

const OVER = `no answer before the limit of ${MAX_RUN_MS / 1000} s for the whole certification was reached`;

/** Sends all messages of a certification, and judges the answers. */
@Injectable()
export class CertificationRunner implements OnApplicationShutdown {
  private readonly sender: WebhookSender;

  constructor(
    urls: WebhookUrlService,
    private readonly secrets: SecretBox,
  ) {
    this.sender = new WebhookSender(urls.policy, false);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.sender.close();
  }

  /** Throws RunStoppedError if `stopped` is aborted before the run has ended. */
  async run(certification: Certification, stopped: AbortSignal): Promise<CheckResult[]> {
    const { url, stateUrl, style, accountId, sealedSecret = '', starts } = certification;
    // A handler may have seen messages of an interrupted run, so that another start sends others.
    const seed = starts === 1 ? certification.seed : `${certification.seed} start ${starts}`;
    const handler = new HandlerUnderTest(
      { url, stateUrl, style, known: this.secrets.open(sealedSecret), unknown: unknownSecret(seed) },
      { over: AbortSignal.timeout(MAX_RUN_MS), stopped },
      OVER,
    );
    const messages = probeMessages({ seed, style, ownerId: publicId(accountId), url });
    const { sender } = this;
    const senders = {
      single: { sender, timeoutMs: TIMEOUT_MS },
      burst: { sender, timeoutMs: BURST_TIMEOUT_MS },
    };
    const verdicts: Verdicts = {};
    await new Probes(handler, messages, style, senders).run(verdicts);
    return checkResults(verdicts, `Not tried: ${OVER}.`);
  }
}
