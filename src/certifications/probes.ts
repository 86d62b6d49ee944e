import type { CertificationStyle, Verdict, Verdicts } from './checks.js';
import { sortedJson } from '../platform/common/sorted-json.js';
import { withoutIds } from './handler-state.js';
import type { Exchange, HandlerUnderTest, StateSeen, TimedSender } from './handler-under-test.js';
import type { ProbeMessage, ProbeMessages } from './probe-messages.js';
import type { Signing } from './probe-request.js';

/** The longest answer that counts as quick, in ms. */
const QUICK_MS = 2_000;

/** A first answer that takes longer than this makes the run send the messages of several probes at once, in ms. */
const UNHURRIED_MS = 1_000;

/** A handler may work after its answer: its state is read until two readings in a row agree. */
const SETTLE_MS = 150;
const MAX_READINGS = 12;

/** How long after the answer to a duplicate a second effect is waited for, in ms. */
const SECOND_EFFECT_MS = 300;

/** Messages that follow each other; different lanes do not depend on each other. */
type Lane = () => Promise<unknown>;

export interface ProbeSenders {
  readonly single: TimedSender;
  /** Waits longer for each answer, because 50 messages compete. */
  readonly burst: TimedSender;
}

const isAccepted = ({ status }: Exchange): boolean => status !== null && status >= 200 && status < 300;
/** 410 is no refusal: it would disable the endpoint. */
const isRefused = ({ status }: Exchange): boolean => status !== null && status >= 400 && status < 500 && status !== 410;
const textsOf = (items: readonly { readonly text: string }[]): string => items.map(({ text }) => text).join('; ');

/** Probes a handler. All messages of one run; the results do not depend on other runs. */
export class Probes {
  /** The handler is slow, so that one message after another would take too long. */
  private isHurried = false;

  constructor(
    private readonly handler: HandlerUnderTest,
    private readonly messages: ProbeMessages,
    private readonly style: CertificationStyle,
    private readonly senders: ProbeSenders,
  ) {}

  /** Verdicts that are missing in the end could not be reached in time. Throws RunStoppedError. */
  async run(verdicts: Verdicts): Promise<void> {
    const { messages } = this;
    const valid = await this.send(messages.valid);
    verdicts.valid_signature = this.acceptance([valid]);
    if (valid.status === null) {
      const evidence = `Not tried, because there was no answer to the first message: ${valid.text}.`;
      verdicts.response_time = { passed: false, evidence: `${valid.text}.` };
      await atOnce(this.refusals(verdicts));
      for (const name of NOT_WITHOUT_ANSWERS) verdicts[name] ??= { passed: false, evidence };
      return;
    }
    const prompt = await this.send(messages.prompt);
    verdicts.response_time = {
      passed: prompt.status !== null && prompt.ms <= QUICK_MS,
      evidence: `${prompt.text}. The limit is ${QUICK_MS} ms.`,
    };
    this.isHurried = valid.ms > UNHURRIED_MS && prompt.ms > UNHURRIED_MS;
    const old = this.send(messages.old);
    if (!this.isHurried) await old;
    const lanes = [...this.refusals(verdicts), ...this.acceptances(verdicts), () => old];
    await (this.isHurried ? atOnce(lanes) : inTurn(lanes));
    verdicts.burst = await this.burst();
    verdicts.old_id_repeated = await this.oldIdRepeated(await old);
  }

  private refusals(verdicts: Verdicts): Lane[] {
    const { wrong, malformed, missing, altered, stale, future } = this.messages;
    return [
      async () => {
        verdicts.wrong_signature = await this.refusal([wrong, 'wrong'], [malformed, 'malformed']);
      },
      async () => {
        verdicts.missing_signature = await this.refusal([missing, 'missing']);
      },
      async () => {
        verdicts.altered_body = await this.refusal([altered, 'altered']);
      },
      async () => {
        verdicts.stale_timestamp =
          this.style === 'v1' ? NO_TIMESTAMP : await this.refusal([stale, 'stale'], [future, 'future']);
      },
    ];
  }

  private acceptances(verdicts: Verdicts): Lane[] {
    const { rotated, raw, unknownType, unknownFields, large } = this.messages;
    return [
      async () => {
        verdicts.rotated_secret = await this.accepted([rotated[0], 'unknown_first'], [rotated[1], 'unknown_last']);
      },
      async () => {
        verdicts.raw_body = await this.accepted([raw, 'right']);
      },
      async () => {
        verdicts.unknown_event_type = await this.accepted([unknownType, 'right']);
      },
      async () => {
        verdicts.unknown_fields = await this.accepted([unknownFields, 'right']);
      },
      async () => {
        verdicts.large_body = await this.accepted([large, 'right']);
      },
      () => this.duplicate(verdicts),
      async () => {
        verdicts.any_order = await this.anyOrder();
      },
    ];
  }

  private send(message: ProbeMessage, signing: Signing = 'right'): Promise<Exchange> {
    return this.handler.send(this.senders.single, message, signing);
  }

  private read({ paymentId }: ProbeMessage): Promise<StateSeen> {
    return this.handler.stateOf(this.senders.single, paymentId);
  }

  /** Sends until one message gets no answer. */
  private async sendEach(sent: readonly (readonly [ProbeMessage, Signing])[]): Promise<Exchange[]> {
    const exchanges: Exchange[] = [];
    for (const [message, signing] of sent) {
      const exchange = await this.send(message, signing);
      exchanges.push(exchange);
      if (exchange.status === null) break;
    }
    return exchanges;
  }

  private async refusal(...sent: readonly (readonly [ProbeMessage, Signing])[]): Promise<Verdict> {
    const exchanges = await this.sendEach(sent);
    const gone = exchanges.some(({ status }) => status === 410) ? ' 410 would disable the endpoint.' : '';
    return {
      passed: exchanges.every(isRefused),
      evidence: `Sent ${textsOf(exchanges)}. Expected 400 to 499.${gone}`,
    };
  }

  private async accepted(...sent: readonly (readonly [ProbeMessage, Signing])[]): Promise<Verdict> {
    return this.acceptance(await this.sendEach(sent));
  }

  private acceptance(exchanges: readonly Exchange[]): Verdict {
    return { passed: exchanges.every(isAccepted), evidence: `Sent ${textsOf(exchanges)}. Expected 200 to 299.` };
  }

  private async duplicate(verdicts: Verdicts): Promise<void> {
    const { duplicate } = this.messages;
    const first = await this.send(duplicate);
    const before = this.handler.hasState ? await this.settled(duplicate) : null;
    if (first.status === null) {
      verdicts.duplicate_acknowledged = this.acceptance([first]);
      verdicts.duplicate_applied_once = before ? this.acceptance([first]) : NO_STATE;
      return;
    }
    const second = await this.send(duplicate);
    verdicts.duplicate_acknowledged = this.acceptance([first, second]);
    verdicts.duplicate_applied_once = before ? await this.unchanged(duplicate, before, [first, second]) : NO_STATE;
  }

  private async oldIdRepeated(first: Exchange): Promise<Verdict> {
    const { old } = this.messages;
    const before = this.handler.hasState ? await this.settled(old) : null;
    const exchanges = [first, await this.send(old)];
    const acknowledged = this.acceptance(exchanges);
    if (!before) return { ...acknowledged, evidence: `${acknowledged.evidence} There is no stateUrl to look at.` };
    const { passed, evidence } = await this.unchanged(old, before, exchanges);
    return { passed: passed === true && acknowledged.passed === true, evidence };
  }

  /** Whether the state of a message's payment is still as it was before its repetition. */
  private async unchanged(message: ProbeMessage, before: StateSeen, exchanges: readonly Exchange[]): Promise<Verdict> {
    await this.handler.pause(SECOND_EFFECT_MS);
    const after = await this.read(message);
    const isEqual =
      before.state !== null && after.state !== null && sortedJson(before.state) === sortedJson(after.state);
    return {
      passed: isEqual,
      evidence: `Sent ${textsOf(exchanges)}. Before the repetition ${before.text}; after it ${after.text}. Expected the same JSON object.`,
    };
  }

  private async anyOrder(): Promise<Verdict> {
    if (!this.handler.hasState) return NO_STATE;
    const [inOrder, outOfOrder] = this.messages.orders;
    const first = this.sendSeries(inOrder);
    if (!this.isHurried) await first;
    const exchanges = (await Promise.all([first, this.sendSeries(outOfOrder)])).flat();
    if (!exchanges.every(isAccepted)) return this.acceptance(exchanges);
    const { seen, areEqual } = await this.comparedStates(inOrder, outOfOrder);
    return {
      passed: areEqual,
      evidence: `Sent ${textsOf(exchanges)}. Then ${textsOf(seen)}. Expected equal JSON objects, ids aside.`,
    };
  }

  /** Sends a series and, once more, what was refused: a handler may ask for a later repetition. */
  private async sendSeries(series: readonly ProbeMessage[]): Promise<Exchange[]> {
    const first = await this.sendEach(series.map((message) => [message, 'right'] as const));
    const refused = series.filter((_, index) => {
      const exchange = first[index];
      return exchange !== undefined && !isAccepted(exchange);
    });
    if (refused.length === 0 || first.some(({ status }) => status === null)) return first;
    const again = await this.sendEach(refused.map((message) => [message, 'right'] as const));
    return [...first.filter(isAccepted), ...again];
  }

  private async comparedStates(
    one: readonly ProbeMessage[],
    other: readonly ProbeMessage[],
  ): Promise<{ seen: StateSeen[]; areEqual: boolean }> {
    let equalReadings = 0;
    let seen: StateSeen[] = [];
    for (let reading = 0; reading < MAX_READINGS && equalReadings < 2; reading += 1) {
      if (reading > 0) await this.handler.pause(SETTLE_MS);
      seen = [];
      for (const [message] of [one, other]) if (message) seen.push(await this.read(message));
      const [first, second] = seen.map(({ state }) => state);
      const areEqual = isTelling(first) && isTelling(second) && withoutIds(first, one) === withoutIds(second, other);
      equalReadings = areEqual ? equalReadings + 1 : 0;
    }
    return { seen, areEqual: equalReadings >= 2 };
  }

  /** The state of a message's payment when it has stopped changing. */
  private async settled(message: ProbeMessage): Promise<StateSeen> {
    let seen = await this.read(message);
    for (let reading = 1; reading < MAX_READINGS; reading += 1) {
      await this.handler.pause(SETTLE_MS);
      const next = await this.read(message);
      const isSame =
        isTelling(seen.state) && isTelling(next.state) && sortedJson(seen.state) === sortedJson(next.state);
      seen = next;
      if (isSame) break;
    }
    return seen;
  }

  private async burst(): Promise<Verdict> {
    const exchanges = await Promise.all(
      this.messages.burst.map((message) => this.handler.send(this.senders.burst, message)),
    );
    const bad = exchanges.filter((exchange) => !isAccepted(exchange));
    const slowest = Math.max(...exchanges.map(({ ms }) => ms));
    const [example] = bad;
    return {
      passed: bad.length === 0,
      evidence: `Sent ${exchanges.length} messages at once: ${exchanges.length - bad.length} were answered with 200 to 299, the slowest after ${slowest} ms.${example ? ` One of the others: ${example.text}.` : ''}`,
    };
  }
}

const NO_STATE: Verdict = { passed: null, evidence: 'Not checked: the certification has no stateUrl.' };
const NO_TIMESTAMP: Verdict = {
  passed: null,
  evidence: 'Not checked: X-Signature covers the body alone, so a handler of the v1 form cannot trust a timestamp.',
};

const NOT_WITHOUT_ANSWERS = [
  'rotated_secret',
  'raw_body',
  'unknown_event_type',
  'unknown_fields',
  'large_body',
  'duplicate_acknowledged',
  'duplicate_applied_once',
  'any_order',
  'burst',
  'old_id_repeated',
] as const;

/** Whether a state says anything about a payment. */
function isTelling(state: object | null | undefined): state is object {
  return state !== null && state !== undefined && Object.keys(state).length > 0;
}

async function atOnce(lanes: readonly Lane[]): Promise<void> {
  await Promise.all(lanes.map((lane) => lane()));
}

async function inTurn(lanes: readonly Lane[]): Promise<void> {
  for (const lane of lanes) await lane();
}
