import type { StoredEvidence } from '../../disputes/evidence.service.js';
import { type EvidenceField, EVIDENCE_FIELD_NAMES } from '../../payments/dispute-evidence.js';

/** All fields that the evidence of a dispute shows as a text or the id of a file. */
export const EVIDENCE_TEXTS = [
  'access_activity_log',
  'billing_address',
  'cancellation_policy',
  'cancellation_policy_disclosure',
  'cancellation_rebuttal',
  'customer_communication',
  'customer_email_address',
  'customer_name',
  'customer_purchase_ip',
  'customer_signature',
  'duplicate_charge_documentation',
  'duplicate_charge_explanation',
  'duplicate_charge_id',
  'product_description',
  'receipt',
  'refund_policy',
  'refund_policy_disclosure',
  'refund_refusal_explanation',
  'service_date',
  'service_documentation',
  'shipping_address',
  'shipping_carrier',
  'shipping_date',
  'shipping_documentation',
  'shipping_tracking_number',
  'uncategorized_file',
  'uncategorized_text',
] as const;
export type EvidenceText = (typeof EVIDENCE_TEXTS)[number];

/** Those that are meant for the id of a file. */
export const EVIDENCE_FILES = [
  'cancellation_policy',
  'customer_communication',
  'customer_signature',
  'duplicate_charge_documentation',
  'receipt',
  'refund_policy',
  'service_documentation',
  'shipping_documentation',
  'uncategorized_file',
] as const satisfies readonly EvidenceText[];

const OWN: ReadonlyMap<string, EvidenceField> = new Map(
  EVIDENCE_FIELD_NAMES.map((field) => [field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), field]),
);

/** What changes in the evidence: null removes a field, undefined leaves it. */
export interface AskedEvidence {
  readonly texts: Readonly<Partial<Record<EvidenceField, string | null>>>;
  readonly others: Readonly<Record<string, unknown>>;
}

/** What was sent, in fields of the gateway's rules and in others, which are only kept. */
export function askedEvidence(sent: Readonly<Record<string, unknown>>): AskedEvidence {
  const given = Object.entries(sent).filter(([, value]) => value !== undefined);
  const own = given.flatMap(([name, value]) => {
    const field = OWN.get(name);
    return field === undefined ? [] : [[field, value as string | null] as const];
  });
  // Without the missing prototypes of forms, so that equal values are equal.
  const others = given.filter(([name]) => !OWN.has(name));
  return {
    texts: Object.fromEntries(own),
    others: JSON.parse(JSON.stringify(Object.fromEntries(others))) as Readonly<Record<string, unknown>>,
  };
}

export function evidenceView({ texts, others }: StoredEvidence) {
  const shown = EVIDENCE_TEXTS.map((name) => {
    const field = OWN.get(name);
    return [name, (field === undefined ? others[name] : texts[field]) ?? null] as const;
  });
  return {
    ...(Object.fromEntries(shown) as Readonly<Record<EvidenceText, unknown>>),
    ...(others.appeal !== undefined && { appeal: others.appeal }),
    enhanced_evidence: others.enhanced_evidence ?? {},
  };
}
