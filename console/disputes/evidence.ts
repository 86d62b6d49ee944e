import type { Schemas } from '../../client/connection.js';

export type EvidenceField = Schemas['EvidenceField'];

/** The texts of evidence by field. */
export type EvidenceTexts = Readonly<Partial<Record<EvidenceField, string | null>>>;

/** Fields that together answer a reason. */
export interface WinningSet {
  readonly fields: readonly EvidenceField[];
  /** Whether each of them has a text. */
  readonly isComplete: boolean;
}

/** `Shipping tracking number` for `shippingTrackingNumber`. */
export function fieldLabel(field: string): string {
  const words = field.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The sets of fields that win a dispute for this reason, and which of them the texts complete. */
export function winningSets(
  { rules }: Pick<Schemas['DisputeRulesDto'], 'rules'>,
  reason: Schemas['DisputeReason'],
  texts: EvidenceTexts,
): readonly WinningSet[] {
  const sets = rules.find((rule) => rule.reason === reason)?.winningEvidence ?? [];
  return sets.map((fields) => ({ fields, isComplete: fields.every((field) => (texts[field] ?? '').trim() !== '') }));
}

/** The fields of the form: first those that answer the reason, in the order of the rules, then the others. */
export function orderFields<Field extends { readonly field: EvidenceField }>(
  fields: readonly Field[],
  sets: readonly WinningSet[],
): { readonly answering: readonly Field[]; readonly others: readonly Field[] } {
  const names = [...new Set(sets.flatMap((set) => set.fields))];
  return {
    answering: names.flatMap((name) => fields.find(({ field }) => field === name) ?? []),
    others: fields.filter(({ field }) => !names.includes(field)),
  };
}

/** What must be sent so that the saved texts become those that were typed: null removes a text. */
export function changedEvidence(saved: EvidenceTexts, typed: EvidenceTexts): EvidenceTexts {
  const changes = (Object.keys(typed) as EvidenceField[]).flatMap((field) => {
    const text = (typed[field] ?? '').trim();
    return text === (saved[field] ?? '') ? [] : [[field, text === '' ? null : text] as const];
  });
  return Object.fromEntries(changes);
}
