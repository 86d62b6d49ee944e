import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { verifyBuilt } from '../embedded-mongo/built-server.js';
import { CommandLine, type CommandResult } from '../support/command-line.js';
import { eventually } from '../support/eventually.js';
import { type Gateway, startGateway } from '../support/gateway.js';
import { killedAtRename } from '../support/kill-points.js';
import { bodyOf, Merchant, newCharge } from '../support/merchant.js';
import { allEvents, createEndpoint, type GatewayEvent, signedHeaders } from '../support/webhook-endpoints.js';
import { WebhookRecorder } from '../support/webhook-recorder.js';

/** On the embedded server, with the secrets that it generates. */
const OWN_SECRETS = { MONGODB_URI: '', JWT_SECRET: '', ENCRYPTION_KEY: '' };

interface Counts {
  readonly documents: number;
}

let folder: string;
let mpg: CommandLine;
let recorder: WebhookRecorder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backups-'));
  [mpg, recorder] = await Promise.all([CommandLine.open(), WebhookRecorder.start()]);
});
afterAll(async () => {
  await mpg.close();
  await recorder.stop();
  await rm(folder, { recursive: true, force: true });
});

let names = 0;
/** A path that nothing is at. */
const newPath = (): string => join(folder, `${++names}`);

async function expectRefused(args: readonly string[], reason: string): Promise<void> {
  const { code, stdout, stderr } = await mpg.run(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(reason);
  expect(stderr.trim().split('\n')).toHaveLength(1);
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The lines that verification prints of what is wrong; none if the folder is whole. */
async function findings(dataDir: string): Promise<string> {
  const { code, output, errors } = await verifyBuilt('--data', dataDir);
  return code === 0 ? '' : output + errors;
}

/** A gateway on a data folder, stopped after `work`. */
async function onGateway<Result>(dataDir: string, work: (gateway: Gateway) => Promise<Result>): Promise<Result> {
  const gateway = await startGateway({ ...OWN_SECRETS, DATA_DIR: dataDir });
  try {
    return await work(gateway);
  } finally {
    await gateway.stop();
  }
}

/** A stopped data folder in which a merchant received payments. */
async function dataFolderOf(payments: number): Promise<{ dataDir: string; merchant: Merchant }> {
  const dataDir = newPath();
  const merchant = await onGateway(dataDir, async (gateway) => {
    const joined = await Merchant.joins(gateway);
    for (let i = 0; i < payments; i++) await joined.receives();
    return joined;
  });
  return { dataDir, merchant };
}

describe('A backup of a gateway that runs, while several clients charge', () => {
  let gateway: Gateway;
  let restored: Gateway;
  let merchant: Merchant;
  let secret: string;
  let answered: string[];
  let events: GatewayEvent[];

  beforeAll(async () => {
    gateway = await startGateway(OWN_SECRETS);
    merchant = await Merchant.joins(gateway);
    ({ secret } = await createEndpoint(merchant, recorder.url('/restored')));
    const charged: string[] = [];
    let isDone = false;
    const client = async (): Promise<void> => {
      while (!isDone) charged.push((await merchant.charges()).id);
    };
    const clients = Array.from({ length: 6 }, () => client());
    await eventually(
      'some charges',
      () => charged.length,
      (count) => count >= 60,
    );
    events = await allEvents(merchant);
    answered = [...charged];
    await mpg.prints('backup', newest(), '--data', gateway.dataDir);
    isDone = true;
    await Promise.all(clients);
    expect(charged.length).toBeGreaterThan(answered.length);
    const dataDir = newPath();
    await mpg.prints('restore', newest(), '--data', dataDir);
    expect(await findings(dataDir)).toBe('');
    await gateway.terminate();
    restored = await startGateway({ ...OWN_SECRETS, DATA_DIR: dataDir });
  });
  afterAll(async () => {
    await restored.stop();
    await gateway.stop();
  });

  const newest = (): string => join(folder, 'running.mpgbackup');

  it('has every payment that was answered before it, and goes on with them', async () => {
    for (const id of answered) {
      const { status } = await eventually(
        `payment ${id} to be completed`,
        () => restored.request<{ status: string }>('GET', `/payments/${id}`, { headers: merchant.withKey }),
        ({ body }) => body.status === 'completed',
      );
      expect(status).toBe(200);
    }
  });

  it('has the events that were there, with their ids, and each payment gets the others', async () => {
    const list = async (id: string): Promise<GatewayEvent[]> =>
      bodyOf(
        await restored.request<{ data: GatewayEvent[] }>('GET', `/events?objectId=${id}`, {
          headers: merchant.withKey,
        }),
        200,
      ).data;
    expect(events.length).toBeGreaterThan(0);
    const before = new Map(events.map(({ id, data }) => [id, String(data.id)]));
    for (const id of answered) {
      const found = await eventually(
        `the events of ${id}`,
        () => list(id),
        ({ length }) => length === 2,
      );
      expect(found.map(({ type }) => type).sort()).toEqual(['payment.completed', 'payment.created']);
      for (const event of found) before.delete(event.id);
    }
    expect([...before.values()].filter((id) => answered.includes(id))).toEqual([]);
  });

  it('has the secrets: tokens, keys and webhook secrets work as before', async () => {
    expect((await restored.request('GET', '/payments/all', { headers: merchant.withKey })).status).toBe(200);
    expect((await restored.request('GET', '/protected', { headers: merchant.withToken })).status).toBe(200);
    const charge = { headers: merchant.withKey, json: newCharge({ orderReference: 'after the restore' }) };
    const { id } = bodyOf(await restored.request<{ id: string }>('POST', '/payments/charge', charge), 201);
    const received = await recorder.next(({ path, body }) => path === '/restored' && body.data.id === id);
    expect(new Webhook(secret).verify(received.raw.toString(), signedHeaders(received))).toMatchObject({
      type: 'payment.created',
    });
  });

  it('is for this user alone, and names what it has', async () => {
    expect((await stat(newest())).mode & 0o777).toBe(0o600);
    const file = newPath();
    const backup = await mpg.json<Record<string, unknown>>('backup', file, '--data', restored.dataDir);
    expect(backup).toEqual({
      file,
      dataDir: restored.dataDir,
      fileBytes: (await stat(file)).size,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      collections: expect.any(Number),
      documents: expect.any(Number),
      bytes: expect.any(Number),
      privateFiles: ['secrets.json'],
      hasEncryptionKey: true,
    });
    expect(backup.documents).toBeGreaterThan(answered.length);
  });

  it('can not be restored onto a gateway that runs, not even with --force', async () => {
    for (const force of [[], ['--force']])
      await expectRefused(['restore', newest(), '--data', restored.dataDir, ...force], 'is in use by process');
  });
});

it('A gateway whose folder has a path that is too long for a socket is backed up too', async () => {
  const dataDir = join(newPath(), 'long'.repeat(30));
  await onGateway(dataDir, async (gateway) => {
    await Merchant.joins(gateway);
    expect(await exists(join(dataDir, 'db', 'mongo.sock'))).toBe(false);
    const { documents } = await mpg.json<Counts>('backup', newPath(), '--data', dataDir);
    expect(documents).toBeGreaterThan(0);
  });
});

it('Keys that a gateway has from its environment are not in the backup, and it says so', async () => {
  const gateway = await startGateway({ MONGODB_URI: '' });
  try {
    expect(await mpg.prints('backup', newPath(), '--data', gateway.dataDir)).toContain(
      'It does not contain ENCRYPTION_KEY',
    );
  } finally {
    await gateway.stop();
  }
});

describe('A backup of a stopped gateway', () => {
  let dataDir: string;
  let merchant: Merchant;
  let backup: string;
  let made: Counts;
  beforeAll(async () => {
    ({ dataDir, merchant } = await dataFolderOf(2));
    backup = newPath();
    made = await mpg.json<Counts>('backup', backup, '--data', dataDir);
  });

  it('is restored whole, into a folder that is made for it, with the same counts', async () => {
    const to = join(newPath(), 'data');
    const { documents } = await mpg.json<Counts>('restore', backup, '--data', to);
    expect(documents).toBe(made.documents);
    expect(await findings(to)).toBe('');
    expect((await readdir(to)).sort()).toEqual(['db', 'secrets.json']);
    for (const private_ of ['.', 'db', 'secrets.json']) expect((await stat(join(to, private_))).mode & 0o077).toBe(0);
    await onGateway(to, async (gateway) => {
      const { body } = await gateway.request('GET', '/payments/all', { headers: merchant.withKey });
      expect(body).toMatchObject({ totalTransactions: 2 });
    });
  });

  it('takes the folder that a start takes: DATA_DIR, or that of the user', async () => {
    const own = join(mpg.home, 'share', 'mock-payment-gateway');
    const { dataDir: restoredTo } = await mpg.json<{ dataDir: string }>('restore', backup);
    expect(restoredTo).toBe(own);
    const { documents } = await mpg.with({ DATA_DIR: own }).json<Counts>('backup', newPath());
    expect(documents).toBe(made.documents);
  });

  it('replaces a file, or the data of a folder, only with --force', async () => {
    const before = await readFile(backup);
    await expectRefused(['backup', backup, '--data', dataDir], 'exists already');
    expect(await readFile(backup)).toEqual(before);
    await mpg.prints('backup', backup, '--data', dataDir, '--force');

    const { dataDir: other, merchant: stranger } = await dataFolderOf(1);
    await writeFile(join(other, 'notes.txt'), 'mine');
    await expectRefused(['restore', backup, '--data', other], 'has data already');
    await mpg.prints('restore', backup, '--data', other, '--force');
    expect((await readdir(other)).sort()).toEqual(['db', 'notes.txt', 'secrets.json']);
    await onGateway(other, async (gateway) => {
      const status = async ({ withKey }: Merchant): Promise<number> =>
        (await gateway.request('GET', '/payments/all', { headers: withKey })).status;
      expect([await status(merchant), await status(stranger)]).toEqual([200, 401]);
    });
  });

  it('that is damaged is refused, and nothing is written', async () => {
    const whole = await readFile(backup);
    const damaged = newPath();
    const to = newPath();
    const cuts = [0, 20, 40, 0.3, 0.7].map((at) => (at < 1 ? Math.floor(whole.length * at) : at));
    const flips = [0, 28, 35, whole.length >> 1, whole.length - 40, whole.length - 1];
    const damages = [
      ...cuts.map((length) => whole.subarray(0, length)),
      whole.subarray(0, -1),
      ...flips.map((at) => Buffer.from(whole.with(at, (whole[at] ?? 0) ^ 4))),
      Buffer.from('no backup at all, but long enough to be one'),
    ];
    for (const content of damages) {
      await writeFile(damaged, content);
      await expectRefused(['restore', damaged, '--data', to], damaged);
    }
    await expectRefused(['restore', join(folder, 'nothing'), '--data', to], 'no such file');
    await expectRefused(['restore', folder, '--data', to], 'is not a file');
    expect(await exists(to)).toBe(false);
  });

  it('is refused where there is nothing to back up, or nowhere to write', async () => {
    const file = newPath();
    const empty = newPath();
    await expectRefused(['backup', file, '--data', empty], 'There is no data folder');
    await mkdir(empty);
    await expectRefused(['backup', file, '--data', empty], 'holds no data');
    await mkdir(join(empty, 'db'));
    await writeFile(join(empty, 'db', 'journal-00000001'), '');
    await expectRefused(['backup', file, '--data', empty], 'Start the gateway on it once');
    await expectRefused(['backup', join(empty, 'none', 'file'), '--data', dataDir], 'There is no folder');
    await expectRefused(['backup', empty, '--data', dataDir], 'is not a file');
    expect((await readdir(folder)).filter((name) => name.startsWith(file))).toEqual([]);
  });

  it('is not made of MongoDB, which has tools of its own', async () => {
    const withMongoDb = mpg.with({ MONGODB_URI: 'mongodb://127.0.0.1:1/shop' });
    for (const command of ['backup', 'restore']) {
      const { code, stderr } = await withMongoDb.run([command, backup]);
      expect([code, stderr]).toEqual([1, expect.stringContaining('mongodump')]);
    }
    expect((await withMongoDb.run(['backup', newPath(), '--data', dataDir])).code).toBe(0);
  });

  it('is used in a wrong way with exit code 2', async () => {
    for (const args of [['backup'], ['restore'], ['backup', 'a', 'b'], ['restore', backup, '--no-such-option']])
      expect((await mpg.run(args)).code).toBe(2);
    for (const command of ['backup', 'restore'])
      expect(await mpg.prints(command, '--help')).toContain(`Example: mpg ${command} `);
  });
});

describe('Killed with kill -9', () => {
  let older: string;
  let newer: string;
  let merchant: Merchant;
  let olderBackup: string;
  let newerBackup: string;
  let counts: { older: number; newer: number };
  beforeAll(async () => {
    [{ dataDir: older }, { dataDir: newer, merchant }] = await Promise.all([dataFolderOf(0), dataFolderOf(3)]);
    [olderBackup, newerBackup] = [newPath(), newPath()];
    const [{ documents: olderCount }, { documents: newerCount }] = await Promise.all([
      mpg.json<Counts>('backup', olderBackup, '--data', older),
      mpg.json<Counts>('backup', newerBackup, '--data', newer),
    ]);
    counts = { older: olderCount, newer: newerCount };
    expect(olderCount).toBeLessThan(newerCount);
  });

  /** Which state a folder is in, by its database and its secrets; a mixture has no name. */
  async function stateOf(dataDir: string): Promise<string> {
    const { documents } = await mpg.json<Counts>('backup', newPath(), '--data', dataDir);
    expect(await findings(dataDir)).toBe('');
    const secrets = (of: string): Promise<string> => readFile(join(of, 'secrets.json'), 'utf8');
    const own = await secrets(dataDir);
    if (documents === counts.older && own === (await secrets(older))) return 'old';
    if (documents === counts.newer && own === (await secrets(newer))) return 'new';
    return `${documents} documents, ${own}`;
  }

  /** Runs a restore over the older data that is killed on its way. */
  async function restoreKilled(kill: (dataDir: string) => Promise<CommandResult>): Promise<string> {
    const dataDir = newPath();
    await mpg.prints('restore', olderBackup, '--data', dataDir);
    const { code } = await kill(dataDir);
    if (code === 0) return 'not killed';
    const state = await stateOf(dataDir);
    // Nothing is left over, and the folder can be used.
    expect((await readdir(dataDir)).sort()).toEqual(['db', 'secrets.json']);
    return state;
  }

  it('between any two of its steps, a restore leaves the old data or the new', async () => {
    const states: string[] = [];
    while (states.at(-1) !== 'not killed') {
      const env = { NODE_OPTIONS: killedAtRename(states.length + 1) };
      states.push(
        await restoreKilled((dataDir) => mpg.with(env).run(['restore', newerBackup, '--data', dataDir, '--force'])),
      );
    }
    const [last, firstNew] = [states.lastIndexOf('old'), states.indexOf('new')];
    expect(states).toEqual([
      ...Array.from({ length: last + 1 }, () => 'old'),
      ...Array.from({ length: states.length - last - 2 }, () => 'new'),
      'not killed',
    ]);
    // Both the old and the new files are moved one by one.
    expect(last).toBeGreaterThan(0);
    expect(states.length - 1 - firstNew).toBeGreaterThanOrEqual(4);
  }, 120_000);

  it('at any moment, a restore leaves the old data or the new', async () => {
    for (let round = 0; round < 5; round++) {
      const state = await restoreKilled(async (dataDir) => {
        const command = mpg.start('restore', newerBackup, '--data', dataDir, '--force');
        await delay(50 + Math.random() * 400);
        command.signal('SIGKILL');
        return command.ended();
      });
      expect(['old', 'new', 'not killed']).toContain(state);
    }
  }, 60_000);

  it('in its middle, a restore is finished by the next start of the gateway', async () => {
    const dataDir = newPath();
    await mpg.prints('restore', olderBackup, '--data', dataDir);
    // The fourth moves the first of the old files away.
    const env = { NODE_OPTIONS: killedAtRename(4) };
    expect((await mpg.with(env).run(['restore', newerBackup, '--data', dataDir, '--force'])).code).toBeNull();
    expect(await readdir(dataDir)).toContain('restore.complete');
    await onGateway(dataDir, async (gateway) => {
      expect((await readdir(dataDir)).sort()).toEqual(['db', 'secrets.json']);
      const { body } = await gateway.request('GET', '/payments/all', { headers: merchant.withKey });
      expect(body).toMatchObject({ totalTransactions: 3 });
    });
    expect(await findings(dataDir)).toBe('');
  });

  it('at any moment, a backup leaves the old file or the new one, and the next one removes what is left', async () => {
    const own = await mkdtemp(join(folder, 'killed-'));
    const file = join(own, 'a.mpgbackup');
    const args = ['backup', file, '--data', newer, '--force'];
    for (let round = 0; round < 6; round++) {
      const command = mpg.start(...args);
      await delay(50 + Math.random() * 250);
      command.signal('SIGKILL');
      await command.ended();
      if (await exists(file)) {
        const { documents } = await mpg.json<Counts>('restore', file, '--data', newPath());
        expect(documents).toBe(counts.newer);
      }
    }
    // Killed before it gives the file its name: the first rename is that of the lock.
    expect((await mpg.with({ NODE_OPTIONS: killedAtRename(2) }).run(args)).code).toBeNull();
    expect((await readdir(own)).some((name) => name.startsWith('a.mpgbackup.unfinished-'))).toBe(true);
    await mpg.prints(...args);
    expect(await readdir(own)).toEqual(['a.mpgbackup']);
  }, 60_000);

  it('is not needed: interrupted, a backup removes what it wrote', async () => {
    const own = await mkdtemp(join(folder, 'interrupted-'));
    const file = join(own, 'a.mpgbackup');
    const command = mpg.start('backup', file, '--data', newer);
    await eventually(
      'the backup to begin, or to end',
      () => readdir(own),
      ({ length }) => length > 0,
    );
    const { code } = await command.end();
    expect(await readdir(own)).toEqual(code === 0 ? ['a.mpgbackup'] : []);
  });
});
