import { TEST_CARDS, type TestCard } from '../simulation/test-cards.js';

/** A test card that the page offers. */
export type OfferedCard = TestCard & { readonly token: string };

/** Test cards with the same kind of outcome. */
export interface TestCardGroup {
  readonly title: string;
  readonly cards: readonly OfferedCard[];
}

/** The first group that a card fits is the one that it is in. */
const GROUPS: readonly (readonly [title: string, fits: (card: TestCard) => boolean])[] = [
  ['Asks for 3-D Secure', ({ outcome }) => outcome.authentication],
  ['Declined', ({ outcome }) => outcome.result === 'declined'],
  ['Pays, and a check of the card fails', ({ checks }) => checks !== undefined],
  ['Pays, and its refunds are slow or fail', ({ outcome }) => outcome.refunds !== 'completes'],
  ['Pays', () => true],
];

/** In the order in which a page shows them: what pays first. */
const ORDER = ['Pays', 'Declined', 'Asks for 3-D Secure'];

/** All test cards that can be charged, by outcome. */
export const TEST_CARD_GROUPS: readonly TestCardGroup[] = GROUPS.map(([title]) => ({
  title,
  cards: TEST_CARDS.filter(isOffered).filter((card) => titleOf(card) === title),
})).sort((one, other) => rank(one) - rank(other));

function titleOf(card: TestCard): string {
  return GROUPS.find(([, fits]) => fits(card))?.[0] ?? '';
}

function isOffered(card: TestCard): card is OfferedCard {
  return card.token !== null;
}

function rank({ title }: TestCardGroup): number {
  const index = ORDER.indexOf(title);
  return index < 0 ? ORDER.length : index;
}

/** `4242 4242 4242 4242`; American Express and Diners as their cards have it. */
export function spacedNumber(number: string): string {
  return number.length === 16 ? number.replace(/(\d{4})(?=\d)/g, '$1 ') : number.replace(/^(\d{4})(\d{6})/, '$1 $2 ');
}
