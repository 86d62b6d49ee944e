import { created, LIST } from '../wire/lists.js';
import { anything, clearable, type Field, flag, metadata, object, oneOf, text } from '../wire/params.js';
import { EVIDENCE_TEXTS, type EvidenceText } from './evidence-fields.js';

const MAX_TEXT = 20_000;

const texts = Object.fromEntries(EVIDENCE_TEXTS.map((name) => [name, clearable(text(MAX_TEXT))])) as Readonly<
  Record<EvidenceText, Field<string | null | undefined>>
>;

export const UPDATE_DISPUTE = {
  evidence: object({ ...texts, appeal: clearable(anything), enhanced_evidence: clearable(anything) }),
  intended_submission_method: oneOf('manual', 'prefer_manual', 'prefer_smart_disputes', 'smart_disputes'),
  metadata,
  submit: flag,
} as const;

export const LIST_DISPUTES = { ...LIST, charge: text(), created, payment_intent: text() } as const;
export const LIST_WARNINGS = LIST_DISPUTES;
