import { eventually } from './eventually.js';
import type { Answer } from './http.js';
import { bodyOf, type Merchant } from './merchant.js';

export interface Check {
  readonly name: string;
  readonly passed: boolean | null;
  readonly evidence: string;
  readonly advice: string | null;
}

export interface Certification {
  readonly id: string;
  readonly status: string;
  readonly score: number;
  readonly checks: Check[];
  readonly url: string;
  readonly style: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';

/** The names of all checks, in their order. */
export const CHECKS = [
  'valid_signature',
  'response_time',
  'wrong_signature',
  'missing_signature',
  'altered_body',
  'stale_timestamp',
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
];

/** How long a certification may take. */
export const RUN_MS = 30_000;

/** The names of the checks that passed, failed, or were not made (null). */
export const named = (checks: readonly Check[], passed: boolean | null): string[] =>
  checks.filter((check) => check.passed === passed).map(({ name }) => name);

/** Whose handler is certified. */
export type Certified = Pick<Merchant, 'gateway' | 'withKey'>;

export const triesToBegin = (of: Certified, body: Readonly<Record<string, unknown>>): Promise<Answer<Certification>> =>
  of.gateway.request<Certification>('POST', '/certifications', { headers: of.withKey, json: body });

const get = async (of: Certified, id: string): Promise<Certification> =>
  bodyOf(await of.gateway.request<Certification>('GET', `/certifications/${id}`, { headers: of.withKey }), 200);

export const finished = (of: Certified, id: string): Promise<Certification> =>
  eventually(
    `certification ${id} to end`,
    () => get(of, id),
    ({ status }) => status !== 'running',
    RUN_MS + 15_000,
  );

export async function certify(of: Certified, body: Readonly<Record<string, unknown>>): Promise<Certification> {
  const { id } = bodyOf(await triesToBegin(of, body), 202);
  return finished(of, id);
}
