import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ID_PATTERN, timeOf } from '../common/ids.js';
import { accountOf, followingId, fractionOf, idIn, ownerIn, publicId, seededTail, worldOf } from './world-ids.js';

const hex = fc.stringMatching(/^[0-9a-f]{24}$/);
const name = fc.stringMatching(/^[0-9a-f]{6,8}$/);
const time = fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });

describe('A stored id', () => {
  it('is the public one for ordinary accounts', () => {
    fc.assert(
      fc.property(hex, hex, (user, object) => {
        const [accountId, id] = [`user_${user}`, `txn_${object}`];
        expect([idIn(accountId, id), publicId(id), worldOf(id), accountOf(accountId)]).toEqual([id, id, '', accountId]);
      }),
    );
  });

  it('of a sandbox has the world at its end, once, and shows nothing of it', () => {
    fc.assert(
      fc.property(hex, hex, name, name, (user, object, instance, rest) => {
        const account = `user_${user}~${instance}`;
        const owner = ownerIn(account, rest);
        const id = idIn(owner, `txn_${object}`);
        expect(id).toBe(`txn_${object}~${instance}.${rest}`);
        expect([idIn(owner, id), publicId(id), worldOf(id)]).toEqual([id, `txn_${object}`, worldOf(owner)]);
        expect([accountOf(owner), accountOf(account), publicId(owner)]).toEqual([account, account, `user_${user}`]);
      }),
    );
  });
});

describe('Ids that follow from a seed', () => {
  it('have the time of the account, and rise with the number of the write', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(0xfffffe), time, (seed, count, now) => {
        const [first, next] = [seededTail(seed, count, now), seededTail(seed, count + 1, now)];
        expect(`txn_${first}`).toMatch(ID_PATTERN);
        expect(timeOf(`txn_${first}`)).toEqual(now);
        expect(first < next).toBe(true);
        expect(seededTail(seed, count, now)).toBe(first);
      }),
    );
  });

  it('sort after what they follow from and before the next write, whenever the clock stands still', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.nat(0xfffffe),
        fc.integer({ min: 1, max: 200 }),
        time,
        (seed, count, steps, now) => {
          let latest = `evt_${seededTail(seed, count, now)}~abc.def`;
          for (let step = 0; step < steps; step += 1) {
            const next = followingId('evt', latest, now);
            expect(next > latest).toBe(true);
            latest = next;
          }
          expect(latest < `evt_${seededTail(seed, count + 1, now)}`).toBe(true);
          expect(worldOf(latest)).toBe('abc.def');
        },
      ),
    );
  });

  it('differ by what tells them apart', () => {
    const cause = `evt_${seededTail('seed', 1, new Date(0))}~abc.def`;
    expect(followingId('evt', cause, new Date(5), 'one')).not.toBe(followingId('evt', cause, new Date(5), 'other'));
  });
});

it('A random choice that follows from a text is from 0 to 1, and spreads', () => {
  const values = Array.from({ length: 1_000 }, (_, n) => fractionOf(`seed ${n}`));
  for (const value of values) expect(value >= 0 && value < 1).toBe(true);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.05);
});
