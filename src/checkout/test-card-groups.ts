import { TEST_CARDS, type TestCard } from '../simulation/test-cards.js';

/** A test card that the page offers. */
export type OfferedCard = TestCard & { readonly token: string };

/** Test cards with the same kind of outcome. */
export interface TestCardGroup {
  readonly title: string;
  readonly cards: readonly OfferedCard[];
}

/** The first card of a brand and funding that simply pays. */
const PLAIN_CARDS = TEST_CARDS.filter(isPlain).filter(
  ({ brand, funding }, index, cards) =>
    cards.findIndex((other) => other.brand === brand && other.funding === funding) === index,
);

function isPlain({ outcome, checks }: TestCard): boolean {
  return (
    outcome.result === 'approved' && !outcome.authentication && outcome.refunds === 'completes' && checks === undefined
  );
}

/** The first group that a card fits is the one that it is in. */
const GROUPS: readonly (readonly [title: string, fits: (card: TestCard) => boolean])[] = [
  ['Pays', (card) => PLAIN_CARDS.includes(card)],
  ['Declined', ({ outcome }) => outcome.result === 'declined' && !outcome.authentication],
  ['Asks for 3-D Secure', ({ outcome }) => outcome.authentication],
  ['Pays, and its refunds are slow or fail', ({ outcome }) => outcome.refunds !== 'completes'],
  ['Pays, and a check of the card fails', ({ checks }) => checks !== undefined],
  ['More cards that pay', () => true],
];

/** All test cards that can be charged, by outcome. */
export const TEST_CARD_GROUPS: readonly TestCardGroup[] = GROUPS.map(([title]) => ({
  title,
  cards: TEST_CARDS.filter(isOffered).filter((card) => titleOf(card) === title),
}));

function titleOf(card: TestCard): string {
  return GROUPS.find(([, fits]) => fits(card))?.[0] ?? '';
}

function isOffered(card: TestCard): card is OfferedCard {
  return card.token !== null;
}

/** `4242 4242 4242 4242`; American Express and Diners as their cards have it. */
export function spacedNumber(number: string): string {
  return number.length === 16 ? number.replace(/(\d{4})(?=\d)/g, '$1 ') : number.replace(/^(\d{4})(\d{6})/, '$1 $2 ');
}
