import { describe, expect, it } from '@jest/globals';
import { replaceRow } from './live-rows.js';

describe('A row that changed', () => {
  const page = {
    data: [
      { id: 'a', status: 'pending' },
      { id: 'b', status: 'pending' },
    ],
    hasMore: true,
  };

  it('is replaced in its place', () => {
    expect(replaceRow(page, { id: 'b', status: 'completed' } as { id: string })).toEqual({
      data: [
        { id: 'a', status: 'pending' },
        { id: 'b', status: 'completed' },
      ],
      hasMore: true,
    });
  });

  it('of another page changes nothing', () => {
    expect(replaceRow(page, { id: 'c' })).toBe(page);
    const nothing: unknown = undefined;
    expect(replaceRow(nothing, { id: 'a' })).toBe(nothing);
  });
});
