import type { DisputeReason, DisputeState, EvidenceState } from './payment-state.js';

/** The fields of evidence, each with what it is for. */
export const EVIDENCE_FIELDS = {
  accessActivityLog: 'When and from where the customer used the purchase.',
  billingAddress: 'The billing address that the customer gave.',
  cancellationPolicy: 'The terms on which a subscription can be canceled.',
  cancellationRebuttal: 'Why the subscription was not canceled in time.',
  customerCommunication: 'What the customer wrote about the purchase.',
  customerPurchaseIp: 'The IP address from which the customer paid.',
  customerSignature: 'Where and when the customer signed.',
  duplicateChargeExplanation: 'How the two charges differ.',
  productDescription: 'What was sold, as the customer saw it.',
  receipt: 'The receipt that the customer got.',
  refundPolicy: 'The terms on which the customer gets a refund.',
  refundRefusalExplanation: 'Why the customer gets no refund.',
  serviceDocumentation: 'That the service was given.',
  shippingCarrier: 'Who delivered it.',
  shippingDocumentation: 'That it was delivered to the address of the customer.',
  shippingTrackingNumber: 'The tracking number of the carrier.',
  uncategorizedText: 'Anything else.',
} as const;

export type EvidenceField = keyof typeof EVIDENCE_FIELDS;
export const EVIDENCE_FIELD_NAMES = Object.keys(EVIDENCE_FIELDS) as EvidenceField[];

/** The texts of a dispute's evidence. */
export type EvidenceTexts = Readonly<Partial<Record<EvidenceField, string>>>;

/** Which fields answer each reason: all fields of one of these sets have to be there. */
export const WINNING_EVIDENCE: Readonly<Record<DisputeReason, readonly (readonly EvidenceField[])[]>> = {
  fraudulent: [
    ['receipt', 'customerCommunication'],
    ['receipt', 'customerSignature'],
    ['accessActivityLog', 'customerPurchaseIp'],
    ['shippingTrackingNumber', 'shippingCarrier', 'billingAddress'],
  ],
  product_not_received: [
    ['shippingTrackingNumber', 'shippingCarrier'],
    ['shippingDocumentation'],
    ['serviceDocumentation', 'accessActivityLog'],
  ],
  product_unacceptable: [
    ['productDescription', 'customerCommunication'],
    ['productDescription', 'refundPolicy'],
  ],
  duplicate: [['duplicateChargeExplanation', 'receipt']],
  credit_not_processed: [
    ['refundPolicy', 'refundRefusalExplanation'],
    ['refundPolicy', 'customerCommunication'],
  ],
  subscription_canceled: [
    ['cancellationPolicy', 'cancellationRebuttal'],
    ['cancellationPolicy', 'accessActivityLog'],
  ],
  unrecognized: [['receipt', 'productDescription'], ['customerCommunication']],
  general: [['receipt'], ['customerCommunication']],
};

type Magic = NonNullable<EvidenceState['magic']>;

/** The texts that choose an outcome, whatever the reason. If there are several, the first of this list decides. */
export const MAGIC_TEXTS: Readonly<Record<Magic, { readonly text: string; readonly outcome: string }>> = {
  win: { text: 'winning_evidence', outcome: 'The dispute is won.' },
  lose: { text: 'losing_evidence', outcome: 'The dispute is lost.' },
  escalate: {
    text: 'escalate_inquiry_evidence',
    outcome:
      'The dispute goes to its next stage with a new deadline: an inquiry becomes a chargeback, a chargeback goes to pre-arbitration; at pre-arbitration it is lost.',
  },
};

/** The outcome that one of the texts asks for; null if none does. */
export function magicOf(texts: EvidenceTexts): Magic | null {
  const values = Object.values(texts).map((text) => text.trim());
  return (Object.keys(MAGIC_TEXTS) as Magic[]).find((magic) => values.includes(MAGIC_TEXTS[magic].text)) ?? null;
}

/** `new` over `old`; an empty text, or null, removes the field. The fields are in the order of the list. */
export function mergeEvidence(
  old: EvidenceTexts,
  changes: Readonly<Partial<Record<EvidenceField, string | null | undefined>>>,
): EvidenceTexts {
  const merged = EVIDENCE_FIELD_NAMES.map((field) => [
    field,
    changes[field] === undefined ? old[field] : changes[field],
  ]);
  return Object.fromEntries(merged.filter(([, text]) => Boolean(text))) as EvidenceTexts;
}

/** What comes of a review, and why. */
export interface Verdict {
  readonly outcome: 'won' | 'lost' | 'escalated';
  readonly why: string;
}

/**
 * The outcome of a review: by a magic text, else by the fields that answer the reason. If an inquiry is not answered,
 * the bank goes on with a chargeback.
 */
export function verdictOf({
  reason,
  stage,
  evidence: { fields, magic },
}: Pick<DisputeState, 'reason' | 'stage' | 'evidence'>): Verdict {
  if (magic !== null) {
    const why = `The evidence is the test value ${MAGIC_TEXTS[magic].text}.`;
    if (magic === 'win') return { outcome: 'won', why };
    return { outcome: magic === 'escalate' && stage !== 'pre_arbitration' ? 'escalated' : 'lost', why };
  }
  const sets = WINNING_EVIDENCE[reason];
  const answer = sets.find((set) => set.every((field) => fields.includes(field)));
  if (answer) return { outcome: 'won', why: `The evidence answers the reason ${reason}: ${answer.join(', ')}.` };
  return {
    outcome: stage === 'inquiry' ? 'escalated' : 'lost',
    why: `The evidence does not answer the reason ${reason}; this would: ${sets.map((set) => set.join(' + ')).join(', or ')}.`,
  };
}
