/** How messages are formed and signed. */
export const CERTIFICATION_STYLES = ['standard', 'v1'] as const;
export type CertificationStyle = (typeof CERTIFICATION_STYLES)[number];

export const CERTIFICATION_STATUSES = ['running', 'passed', 'failed'] as const;
export type CertificationStatus = (typeof CERTIFICATION_STATUSES)[number];

/** Every check of a handler, in the order in which results list them, with what to do if it fails. */
const CHECKS = {
  valid_signature:
    'Verify the HMAC-SHA256 of the raw body with the secret that this certification used, then answer 2xx. First check that both sides use the same secret.',
  response_time:
    'Answer 2xx as soon as the message is verified and stored, and do slow work (e-mails, calls to other services) afterwards. Senders stop waiting after a few seconds and send again.',
  wrong_signature:
    'Compare the signature with the one that you compute, and answer 400 or 401 if they differ. A signature of another length must not crash the handler. Do not answer 410: it disables the endpoint.',
  missing_signature: 'Answer 400 or 401 to a request without the signature header. Anybody can send such a request.',
  altered_body:
    'Compute the signature over all bytes of the body that you received, and answer 400 or 401 if it differs. Otherwise an attacker can change amounts on the way.',
  stale_timestamp:
    'Answer 400 or 401 if webhook-timestamp is more than 5 minutes away from your clock, in the past or in the future. Otherwise an attacker can send recorded messages again.',
  rotated_secret:
    'Accept a message if any of its signatures is right: webhook-signature is a list separated by spaces; in the v1 form also look at X-Signature-Previous. Otherwise deliveries fail while you rotate a secret.',
  raw_body:
    'Verify the raw bytes of the body before you parse them. JSON that is parsed and serialized again can have other spaces, escapes and numbers.',
  unknown_event_type:
    'Answer 2xx to types of events that you do not know, and ignore them. New types may be added at any time.',
  unknown_fields: 'Ignore fields that you do not know. New fields may be added at any time.',
  large_body: 'Allow bodies of at least 20 kB in your web server, framework and proxies.',
  duplicate_acknowledged:
    'Answer 2xx to a message whose webhook-id you have already processed. Otherwise it is sent again and again.',
  duplicate_applied_once:
    'Store each webhook-id under a unique key, in the same transaction as its effects, and skip the message if the id is already there.',
  any_order:
    'Do not rely on the order of arrival. Ignore an event whose timestamp is older than what you have stored, or fetch the payment from the API.',
  burst:
    'Answer 2xx to 50 messages at once: put the work into a queue, and check the limits of connections, locks and rate limits of your server.',
  old_id_repeated:
    'Remember each webhook-id for as long as messages can be sent again (days, not minutes), and answer 2xx without a second effect.',
} as const;

export type CheckName = keyof typeof CHECKS;
export const CHECK_NAMES = Object.keys(CHECKS) as CheckName[];

/** What a probe found out. */
export interface Verdict {
  /** Null if it could not be checked; it does not count then. */
  readonly passed: boolean | null;
  /** What was sent and what came back. */
  readonly evidence: string;
}

export type Verdicts = Partial<Record<CheckName, Verdict>>;

export interface CheckResult extends Verdict {
  readonly name: CheckName;
  /** What to do; null if there is nothing to do. */
  readonly advice: string | null;
}

const NEEDS_STATE = 'Send stateUrl to have this checked.';

/** The result of every check, in the fixed order. A check without a verdict failed, with `missing` as evidence. */
export function checkResults(verdicts: Verdicts, missing: string): CheckResult[] {
  return CHECK_NAMES.map((name) => {
    const { passed, evidence } = verdicts[name] ?? { passed: false, evidence: missing };
    return { name, passed, evidence, advice: adviceOf(name, passed) };
  });
}

function adviceOf(name: CheckName, passed: boolean | null): string | null {
  if (passed === false) return CHECKS[name];
  if (passed === true || name === 'stale_timestamp') return null;
  return NEEDS_STATE;
}

/** The share of passed checks among those that count, from 0 to 100; 100 only if all of them passed. */
export function scoreOf(checks: readonly Pick<Verdict, 'passed'>[]): number {
  const counted = checks.filter(({ passed }) => passed !== null);
  const passed = counted.filter((check) => check.passed === true);
  if (counted.length === 0) return 0;
  return passed.length === counted.length ? 100 : Math.min(99, Math.round((100 * passed.length) / counted.length));
}

export function statusOf(checks: readonly Pick<Verdict, 'passed'>[]): CertificationStatus {
  return checks.every(({ passed }) => passed !== false) ? 'passed' : 'failed';
}
