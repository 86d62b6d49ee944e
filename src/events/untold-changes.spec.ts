import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changedFields, toldChanges, type UntoldChange, type UntoldObject } from './untold-changes.js';

interface Sample extends UntoldObject {
  readonly name: string | null;
  readonly metadata: Readonly<Record<string, string>>;
}

const change = (eventId: string, previous: UntoldChange['previous']): UntoldChange => ({
  eventId,
  type: 'sample.updated',
  at: new Date(0),
  requestId: null,
  idempotencyKey: null,
  previous,
});

const values = fc.record(
  {
    name: fc.constantFrom(null, 'Jenny', 'Ada'),
    metadata: fc.dictionary(fc.constantFrom('order', 'cart'), fc.constantFrom('1', '2')),
  },
  { requiredKeys: [] },
);

describe('Changes that are told late', () => {
  it('show the object as it was after each, whatever followed', () => {
    fc.assert(
      fc.property(fc.array(values, { maxLength: 6 }), (updates) => {
        let object: Sample = { _id: 'x_1', accountId: 'user_1', name: null, metadata: {} };
        const untold = [change('evt_0', null)];
        const states: [name: string | null, metadata: object][] = [[object.name, object.metadata]];
        for (const [index, update] of updates.entries()) {
          const changes = changedFields(object, update);
          if (changes === null) continue;
          object = { ...object, ...changes.set };
          untold.push(change(`evt_${index + 1}`, changes.previous));
          states.push([object.name, object.metadata]);
        }
        const told = toldChanges({ ...object, untold });
        expect(told.map((each) => each.change)).toEqual(untold);
        expect(told.map(({ after }) => [after.name, after.metadata])).toEqual(states);
        expect(told.slice(1).map(({ before }) => [before?.name, before?.metadata])).toEqual(states.slice(0, -1));
        expect(told[0]?.before).toBeNull();
      }),
    );
  });

  it('are none if all is told', () => {
    expect(toldChanges<UntoldObject>({ _id: 'x_1', accountId: 'user_1' })).toEqual([]);
  });
});

describe('The fields that changed', () => {
  const object: Sample = { _id: 'x_1', accountId: 'user_1', name: 'Jenny', metadata: { a: '1', b: '2' } };

  it('are those with another value, whatever the order of keys', () => {
    expect(changedFields(object, { name: 'Ada', metadata: { b: '2', a: '1' } })).toEqual({
      set: { name: 'Ada' },
      previous: { name: 'Jenny' },
    });
  });

  it('are none where nothing differs or nothing is given', () => {
    expect(changedFields(object, {})).toBeNull();
    expect(changedFields(object, { name: 'Jenny', metadata: { a: '1', b: '2' } })).toBeNull();
  });

  it('had no value if they were not set', () => {
    const stored: { name: string; phone?: string | null } = { name: 'Jenny' };
    expect(changedFields(stored, { phone: null })).toBeNull();
    expect(changedFields(stored, { phone: '1' })).toEqual({ set: { phone: '1' }, previous: { phone: null } });
  });
});
