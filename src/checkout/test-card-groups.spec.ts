import { describe, expect, it } from '@jest/globals';
import { TEST_CARDS } from '../simulation/test-cards.js';
import { spacedNumber, TEST_CARD_GROUPS } from './test-card-groups.js';

describe('The test cards of the page', () => {
  it('are all that can be charged, each in one group, and no group is empty', () => {
    const offered = TEST_CARD_GROUPS.flatMap(({ cards }) => cards.map(({ number }) => number));
    expect([...offered].sort()).toEqual(
      TEST_CARDS.filter(({ token }) => token !== null)
        .map(({ number }) => number)
        .sort(),
    );
    for (const { cards } of TEST_CARD_GROUPS) expect(cards.length).toBeGreaterThan(0);
  });

  it('are in the group of their outcome', () => {
    const group = (title: string) => TEST_CARD_GROUPS.find((each) => each.title === title)?.cards ?? [];
    expect(TEST_CARD_GROUPS[0]?.title).toBe('Pays');
    expect(group('Pays').map(({ number }) => number)).toContain('4242424242424242');
    for (const { outcome } of group('Pays'))
      expect(outcome).toMatchObject({ result: 'approved', authentication: false });
    for (const { outcome } of group('Declined')) expect(outcome.result).toBe('declined');
    for (const { outcome } of group('Asks for 3-D Secure')) expect(outcome.authentication).toBe(true);
  });

  it('have their numbers as cards show them', () => {
    expect(['4242424242424242', '378282246310005', '3056930009020004'].map(spacedNumber)).toEqual([
      '4242 4242 4242 4242',
      '3782 822463 10005',
      '3056 9300 0902 0004',
    ]);
  });
});
