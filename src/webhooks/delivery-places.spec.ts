import { describe, expect, it } from '@jest/globals';
import { DeliveryPlaces, PLACES, type PlaceTaken } from './delivery-places.js';

/** Takes places until there is none; answers those that were taken. */
function takeAll(
  places: DeliveryPlaces,
  destinationOf: (n: number) => { accountId: string; target: string },
  tries = 500,
): PlaceTaken[] {
  return Array.from({ length: tries }, (_, n) => places.take(destinationOf(n))).filter((place) => place !== null);
}

describe('Places of deliveries', () => {
  it('are 16 for one target', () => {
    expect(takeAll(new DeliveryPlaces(), () => ({ accountId: 'a', target: 't' }))).toHaveLength(16);
  });

  it('are 32 for one account, whatever its targets', () => {
    const places = new DeliveryPlaces();
    expect(takeAll(places, (n) => ({ accountId: 'a', target: `t${n}` }))).toHaveLength(32);
    expect(places.full.accounts).toEqual(['a']);
    expect(places.take({ accountId: 'b', target: 't' })).not.toBeNull();
  });

  it('are two for a target that gave no answer, until it does', () => {
    const places = new DeliveryPlaces();
    places.take({ accountId: 'a', target: 't' })?.giveBack(false);
    const taken = takeAll(places, () => ({ accountId: 'a', target: 't' }));
    expect(taken).toHaveLength(2);
    taken[0]?.giveBack(true);
    expect(takeAll(places, () => ({ accountId: 'a', target: 't' }))).toHaveLength(15);
  });

  it('are kept for targets that answer, however many accounts and targets do not', () => {
    const places = new DeliveryPlaces();
    places.take({ accountId: 'good', target: 'good' })?.giveBack(true);
    expect(takeAll(places, (n) => ({ accountId: `a${n % 20}`, target: `t${n}` }))).toHaveLength(96);
    expect(places.isUnprovenFull).toBe(true);
    expect(places.take({ accountId: 'a', target: 'new' })).toBeNull();
    expect(takeAll(places, () => ({ accountId: 'good', target: 'good' }))).toHaveLength(16);
    expect(places.provenTargets).toEqual(['good']);
  });

  it('come back once, however often they are given back', () => {
    const places = new DeliveryPlaces();
    const place = places.take({ accountId: 'a', target: 't' });
    expect(places.free).toBe(PLACES - 1);
    place?.giveBack(null);
    place?.giveBack(true);
    expect(places.free).toBe(PLACES);
    expect(places.full).toEqual({ accounts: [], targets: [] });
  });
});
