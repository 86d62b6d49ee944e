import type { EvidenceTexts } from '../payments/dispute-evidence.js';

/** In Unicode code points: one field, and all fields of a dispute. */
export const MAX_FIELD_LENGTH = 20_000;
export const MAX_EVIDENCE_LENGTH = 200_000;

export function lengthOf(text: string): number {
  return Array.from(text).length;
}

export function lengthOfAll(texts: EvidenceTexts): number {
  return Object.values(texts).reduce((total, text) => total + lengthOf(text), 0);
}
