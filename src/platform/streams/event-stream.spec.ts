import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { EventStream, type Frame, type FrameSource } from './event-stream.js';

/** A source that always has another frame. */
class Endless implements FrameSource {
  given = 0;
  isClosed = false;

  next(): Promise<readonly Frame[] | null> {
    if (this.isClosed) return Promise.resolve(null);
    this.given += 1;
    return Promise.resolve([{ id: `evt_${this.given}`, event: 'test', data: { text: `${'x'.repeat(500)}\n` } }]);
  }

  close(): void {
    this.isClosed = true;
  }
}

describe('A stream of events', () => {
  it('takes from its source only as much as its buffer holds, until somebody reads', async () => {
    const source = new Endless();
    const stream = new EventStream(source);
    stream.read(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(source.given).toBeLessThan(2 + stream.readableHighWaterMark / 500);
    stream.destroy();
    expect(source.isClosed).toBe(true);
  });

  it('writes each frame with its data on one line', async () => {
    const stream = new EventStream(new Endless());
    const chunks: string[] = [];
    for await (const chunk of stream.setEncoding('utf8')) {
      chunks.push(String(chunk));
      if (chunks.join('').includes('evt_3')) break;
    }
    const [retry, first] = chunks.join('').split('\n\n');
    expect(retry).toBe('retry: 1000');
    expect(first).toBe(`id: evt_1\nevent: test\ndata: {"text":"${'x'.repeat(500)}\\n"}`);
  });

  it('is stalled when nothing of it was taken for a minute, and not before', async () => {
    const stream = new EventStream(new Endless());
    stream.read(0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const now = Date.now();
    expect([0, 30_000, 59_000].map((ms) => stream.isStalled(1_000, now + ms))).toEqual([false, false, false]);
    expect(stream.isStalled(1_000, now + 61_000)).toBe(true);
    // A part was taken.
    expect(stream.isStalled(900, now + 62_000)).toBe(false);
    expect(stream.isStalled(900, now + 121_000)).toBe(false);
    expect(stream.isStalled(900, now + 123_000)).toBe(true);
    stream.destroy();
  });

  it('is never stalled while nothing waits', () => {
    const stream = new EventStream(new Endless());
    const now = Date.now();
    expect([0, 61_000, 200_000].map((ms) => stream.isStalled(0, now + ms))).toEqual([false, false, false]);
    stream.destroy();
  });

  it('ends when it is told to, also while it waits for its source', async () => {
    let wake: (frames: null) => void = () => undefined;
    const stream = new EventStream({
      next: () =>
        new Promise((resolve) => {
          wake = resolve;
        }),
      close: () => {
        wake(null);
      },
    });
    const text: string[] = [];
    const ended = new Promise((resolve) => {
      stream
        .pipe(
          new Writable({
            write: (chunk: Buffer, _encoding, done) => {
              text.push(chunk.toString());
              done();
            },
          }),
        )
        .once('finish', resolve);
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    stream.finish();
    await ended;
    expect(text).toEqual(['retry: 1000\n\n']);
  });
});
