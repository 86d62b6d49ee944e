import { describe, expect, it } from '@jest/globals';
import { RelayProgress } from './relay-progress.js';

const at = (second: number): Date => new Date(second * 1_000);
const NOW = at(100);

function progress(maxWaiting = 10): { relay: RelayProgress<string>; woken: () => number } {
  let woken = 0;
  return {
    relay: new RelayProgress<string>(maxWaiting, () => {
      woken += 1;
    }),
    woken: () => woken,
  };
}

describe('The mark of the relay', () => {
  it('is at now when nothing is left', () => {
    const { relay } = progress();
    expect(relay.relayedUpTo(NOW)).toEqual(NOW);
    expect(relay.isIdle).toBe(true);
  });

  it('stands at the oldest write that is under way, whichever ends first', () => {
    const { relay } = progress();
    const first = relay.beginWrite(at(1));
    const second = relay.beginWrite(at(2));
    second.refused();
    expect(relay.relayedUpTo(NOW)).toEqual(at(1));
    first.refused();
    expect(relay.isIdle).toBe(true);
  });

  it('knows since when writes are under way, which others may read already', () => {
    const { relay } = progress();
    expect(relay.underWaySince).toBeNull();
    const later = relay.beginWrite(at(2));
    const earlier = relay.beginWrite(at(1));
    expect(relay.underWaySince).toEqual(at(1));
    earlier.made('a', 0);
    expect(relay.underWaySince).toEqual(at(2));
    later.refused();
    expect(relay.underWaySince).toBeNull();
  });

  it('stands at a change until it is relayed, and not only taken', () => {
    const { relay } = progress();
    relay.beginWrite(at(3)).made('a', 0);
    expect(relay.takeBatch(10).map(({ object }) => object)).toEqual(['a']);
    expect(relay.relayedUpTo(NOW)).toEqual(at(3));
    relay.batchDone();
    expect(relay.relayedUpTo(NOW)).toEqual(NOW);
  });

  it('lets others wait until what was there is relayed, and no longer than a batch that failed', async () => {
    const { relay } = progress();
    const told: string[] = [];
    const waits = (name: string): Promise<void> => relay.untilRelayed().then(() => void told.push(name));
    relay.beginWrite(at(1)).made('a', 0);
    expect([relay.holds((object) => object === 'a'), relay.holds((object) => object === 'b')]).toEqual([true, false]);
    const first = waits('first');
    relay.takeBatch(1);
    relay.beginWrite(at(2)).made('b', 0);
    const second = waits('second');
    expect(relay.holds((object) => object === 'a')).toBe(true);
    relay.batchDone();
    await first;
    expect(told).toEqual(['first']);
    relay.takeBatch(1);
    relay.batchFailed();
    await second;
    expect(relay.holds((object) => object === 'b')).toBe(true);
    relay.takeBatch(1);
    relay.batchDone();
    await waits('nothing waits');
    expect(told).toEqual(['first', 'second', 'nothing waits']);
  });

  it('takes a batch that failed again, before what came later', () => {
    const { relay } = progress();
    relay.beginWrite(at(1)).made('a', 0);
    relay.takeBatch(10);
    relay.beginWrite(at(2)).made('b', 0);
    relay.batchFailed();
    expect(relay.takeBatch(10).map(({ object }) => object)).toEqual(['a', 'b']);
  });

  it('stands at what did not fit into memory until that was read again', () => {
    const { relay, woken } = progress(1);
    relay.beginWrite(at(1)).made('a', 0);
    relay.beginWrite(at(2)).made('b', 0);
    relay.beginWrite(at(3)).made('c', 0);
    expect(woken()).toBeGreaterThan(2);
    relay.takeBatch(10);
    relay.batchDone();
    expect(relay.relayedUpTo(NOW)).toEqual(at(2));
    const from = relay.unreadFrom;
    if (from) relay.rereadDone(from);
    expect(relay.isIdle).toBe(true);
  });

  it('goes back for an earlier time that was asked for while it was read', () => {
    const { relay } = progress();
    relay.reread(at(5));
    const from = relay.unreadFrom;
    relay.reread(at(4));
    if (from) relay.rereadDone(from);
    expect(relay.unreadFrom).toEqual(at(4));
  });

  it('stands at a write whose end is not known', () => {
    const { relay } = progress();
    relay.beginWrite(at(1)).uncertain();
    expect(relay.relayedUpTo(NOW)).toEqual(at(1));
    expect(relay.isIdle).toBe(false);
  });
});
