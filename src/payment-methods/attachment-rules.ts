import { APPROVED, type Failure, type Outcome } from '../simulation/outcome.js';
import { cardByToken, type TestCard } from '../simulation/test-cards.js';
import type { PaymentMethod } from './payment-method.schema.js';

type CardOfMethod = Pick<PaymentMethod, 'testToken' | 'cvcSent'>;

/** The outcome of a charge of this card. */
export function outcomeOf(card: TestCard, { cvcSent }: Pick<PaymentMethod, 'cvcSent'>): Outcome {
  return card.onlyWithCvc && !cvcSent ? APPROVED : card.outcome;
}

/**
 * Why a card cannot be attached to a customer; null if it can. Issuers are asked when a card is attached, so most cards
 * that decline are refused; those that decline after 3-D Secure are not asked for it yet.
 */
export function attachmentFailure(method: CardOfMethod): Failure | null {
  const card = cardByToken(method.testToken);
  if (!card || card.attachable) return null;
  const { failure, authentication } = outcomeOf(card, method);
  return authentication ? null : failure;
}

/** The outcome of a charge that is made without the customer: a card that was set up needs no 3-D Secure then. */
export function outcomeOffSession({
  testToken,
  isSetUp,
  outcome,
}: {
  readonly testToken: string;
  readonly isSetUp: boolean;
  readonly outcome: Outcome;
}): Outcome {
  return isSetUp && cardByToken(testToken)?.unlessSetUp ? { ...outcome, authentication: false } : outcome;
}
