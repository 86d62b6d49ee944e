import { describe, expect, it } from '@jest/globals';
import { PasswordQueue, type PasswordWork, QueueFullError } from './password-queue.js';

/** Adds tasks that run until `end` is called, and records the order in which they started. */
function recorder(queue: PasswordQueue) {
  const began: string[] = [];
  const endings = new Map<string, () => void>();
  const add = (work: PasswordWork, name: string): Promise<string> =>
    queue.run(work, async () => {
      began.push(name);
      await new Promise<void>((resolve) => endings.set(name, resolve));
      return name;
    });
  const end = async (name: string, task: Promise<string>): Promise<void> => {
    endings.get(name)?.();
    expect(await task).toBe(name);
    await Promise.resolve();
  };
  return { began, add, end };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

describe('The queue of password hashes', () => {
  it('keeps one place for logins, whatever registrations wait', async () => {
    const { began, add, end } = recorder(new PasswordQueue(3, 10));
    const first = add('create', 'r1');
    for (const name of ['r2', 'r3', 'r4']) void add('create', name);
    await settled();
    expect(began).toEqual(['r1', 'r2']);
    const login = add('check', 'l1');
    await settled();
    expect(began).toEqual(['r1', 'r2', 'l1']);
    await end('l1', login);
    await settled();
    expect(began).toEqual(['r1', 'r2', 'l1']);
    await end('r1', first);
    await settled();
    expect(began).toEqual(['r1', 'r2', 'l1', 'r3']);
  });

  it('lets registrations go on while logins wait', async () => {
    const { began, add, end } = recorder(new PasswordQueue(2, 10));
    const first = add('check', 'l1');
    for (const name of ['l2', 'l3']) void add('check', name);
    void add('create', 'r1');
    await settled();
    await end('l1', first);
    await settled();
    expect(began).toEqual(['l1', 'l2', 'r1']);
  });

  it('refuses what comes when too many of its kind wait, and only that', async () => {
    const { began, add } = recorder(new PasswordQueue(1, 2));
    for (const name of ['r1', 'r2', 'r3']) void add('create', name);
    await expect(add('create', 'r4')).rejects.toBeInstanceOf(QueueFullError);
    void add('check', 'l1');
    await settled();
    expect(began).toEqual(['r1']);
  });

  it('goes on after a task that failed', async () => {
    const queue = new PasswordQueue(1, 2);
    await expect(queue.run('check', () => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
    expect(await queue.run('create', () => Promise.resolve(1))).toBe(1);
  });
});
