import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MongoClient } from 'mongodb';
import { runBuilt, startBuilt, verifyBuilt } from './built-server.js';
import { temporaryFolder } from './database-under-test.js';

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Runs one action on the server of a connection string. */
async function use<T>(uri: string, action: (client: MongoClient) => Promise<T>): Promise<T> {
  const client = new MongoClient(uri, { serverSelectionTimeoutMS: 5_000 });
  try {
    return await action(client);
  } finally {
    await client.close();
  }
}

describe('The command', () => {
  it.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])(
    'stops on %s with code 0, and has its data after a restart',
    async (signal) => {
      const server = await startBuilt(folder);
      expect(server.uri).toMatch(/^mongodb:\/\/127\.0\.0\.1:\d+\/$/);
      await use(server.uri, async (client) => {
        await client.db('d').collection('c').insertOne({ a: 1 });
        await client.db('d').collection('c').createIndex({ a: 1 });
      });
      expect(await server.stop(signal)).toBe(0);
      const again = await startBuilt(folder);
      await use(again.uri, async (client) => {
        expect(await client.db('d').collection('c').countDocuments({ a: 1 }, { hint: 'a_1' })).toBe(1);
      });
      expect(await again.stop()).toBe(0);
    },
  );

  it('ends with code 1 and one line if the folder is in use', async () => {
    const server = await startBuilt(folder);
    const { code, errors } = await runBuilt('--port', '0', '--data', folder);
    expect(code).toBe(1);
    expect(errors).toMatch(new RegExp(`^The data folder .* is in use by process ${server.process.pid ?? 0} .*\\n$`));
    await server.kill();
  });

  it('takes over the folder of a killed process', async () => {
    await (await startBuilt(folder)).kill();
    const again = await startBuilt(folder);
    expect(await again.stop()).toBe(0);
  });

  it.each<[string, string[]]>([
    ['an unknown option', ['--nonsense']],
    ['a port out of range', ['--port', '70000']],
    ['a port that is not a number', ['--port', 'x']],
  ])('ends with code 1 and one line for %s', async (_what, args) => {
    const { code, errors, output } = await runBuilt(...args, '--data', folder);
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(/^.+\n$/);
  });

  it('ends with code 1 and one line for a damaged journal of version 1.0', async () => {
    await writeFile(join(folder, 'journal-00000001'), 'nonsense');
    const { code, errors } = await runBuilt('--port', '0', '--data', folder);
    expect(code).toBe(1);
    expect(errors).toMatch(/^The journal .* is damaged at byte 0: .*\n$/);
  });

  it('ends with code 1 and one line if the port is in use', async () => {
    const server = await startBuilt(folder);
    const { code, errors } = await runBuilt('--port', new URL(server.uri).port, '--data', join(folder, 'other'));
    expect(code).toBe(1);
    expect(errors).toMatch(/^.*EADDRINUSE.*\n$/);
    await server.kill();
  });
});

describe('The verify command', () => {
  /** Fills a data folder until LevelDB creates a table. */
  async function fill(dataDir: string): Promise<void> {
    await (await startBuilt(dataDir)).stop();
    const server = await startBuilt(dataDir);
    await use(server.uri, (client) =>
      client
        .db('d')
        .collection('c')
        .insertMany(Array.from({ length: 200 }, (_value, i) => ({ i }))),
    );
    await server.stop();
    await (await startBuilt(dataDir)).stop();
  }

  it('ends with code 0 for an undamaged store, given its folder or the parent folder', async () => {
    const inner = join(folder, 'db');
    await mkdir(inner);
    await fill(inner);
    for (const dataDir of [inner, folder]) {
      const { code, output } = await verifyBuilt('--data', dataDir);
      expect(output).toMatch(/is whole: 1 collections, 200 documents, 200 index entries, \d+ commits\n$/);
      expect(code).toBe(0);
    }
  });

  it('ends with code 1 if a block of a table is damaged, and names the file', async () => {
    await fill(folder);
    const tables = (await readdir(join(folder, 'store', 'leveldb'))).filter((name) => name.endsWith('.ldb'));
    const file = await open(join(folder, 'store', 'leveldb', tables.at(-1) ?? ''), 'r+');
    await file.write(Buffer.from('damage'), 0, 6, 40);
    await file.close();
    const { code, output } = await verifyBuilt('--data', folder);
    expect(output).toMatch(/\.ldb: the block at 0 does not match its checksum\n.* is damaged: 1 findings/);
    expect(code).toBe(1);
  });

  it('ends with code 2 and one line if there is no store, or a process has it open', async () => {
    const server = await startBuilt(folder);
    for (const dataDir of [join(folder, 'nowhere'), join(folder, 'store'), folder]) {
      const { code, output, errors } = await verifyBuilt('--data', dataDir);
      expect({ code, output }).toEqual({ code: 2, output: '' });
      expect(errors).toMatch(/^.+\n$/);
    }
    await server.stop();
  });
});

describe('The server in a worker thread', () => {
  const MODULE = fileURLToPath(new URL('../../dist/embedded-mongo/embedded-mongo.js', import.meta.url));

  /** Runs a script with EmbeddedMongo, MongoClient and the folder. Returns its output. */
  async function script(body: string): Promise<string> {
    const source = `import { EmbeddedMongo } from ${JSON.stringify(MODULE)}; import { MongoClient } from 'mongodb'; import { join } from 'node:path';
      const dataDir = ${JSON.stringify(folder)}; ${body}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (text) => {
      output += String(text);
    });
    await once(child, 'close');
    return output.trim();
  }

  it('listens on a socket, answers, and lets the process end after stop()', async () => {
    expect(
      await script(`
      const embedded = await EmbeddedMongo.start({ dataDir, listen: { socketPath: join(dataDir, 'mongo.sock') } });
      const client = new MongoClient(embedded.uri('d'));
      await client.db().collection('c').insertOne({ a: 1 });
      console.log(await client.db('d').collection('c').countDocuments());
      await client.close(); await embedded.stop();`),
    ).toBe('1');
  });

  it('reports why it does not start, with the name of the error', async () => {
    expect(
      await script(`
      const embedded = await EmbeddedMongo.start({ dataDir, listen: { port: 0 } });
      await EmbeddedMongo.start({ dataDir, listen: { port: 0 } }).catch((error) => console.log(error.name));
      const port = Number(new URL(embedded.uri('d')).port);
      await EmbeddedMongo.start({ dataDir: join(dataDir, 'other'), listen: { port } }).catch((error) => console.log(error.code));
      await embedded.stop();
      (await import('node:fs')).rmSync(join(dataDir, 'store', 'leveldb', 'CURRENT'));
      await EmbeddedMongo.start({ dataDir, listen: { port: 0 } }).catch((error) => console.log(error.name));`),
    ).toBe('DataFolderLockedError\nEADDRINUSE\nStoreDamagedError');
  });

  it('reports that the store cannot be written, and answers nothing any more', async () => {
    // Closes the file descriptor of LevelDB's log, so that the next write fails.
    expect(
      await script(`
      const { readdirSync, readlinkSync, closeSync } = await import('node:fs');
      let failed; const failure = new Promise((resolve) => { failed = resolve; });
      const embedded = await EmbeddedMongo.start({ dataDir, listen: { port: 0 }, onFailure: failed });
      const client = new MongoClient(embedded.uri('d'), { serverSelectionTimeoutMS: 500, retryReads: false });
      const c = client.db().collection('c');
      await c.insertOne({ _id: 1 });
      const fd = readdirSync('/proc/self/fd').find((fd) => { try { return readlinkSync('/proc/self/fd/' + fd).endsWith('.log'); } catch { return false; } });
      closeSync(Number(fd));
      await c.insertOne({ _id: 2 }).then(() => console.log('acknowledged'), () => console.log('not acknowledged'));
      console.log((await failure).name);
      await c.findOne({}).then(() => console.log('answered'), () => console.log('not answered'));
      await client.close(); await embedded.stop().catch(() => undefined);
      const again = await EmbeddedMongo.start({ dataDir, listen: { port: 0 } });
      const other = new MongoClient(again.uri('d'));
      console.log(await other.db().collection('c').countDocuments());
      await other.close(); await again.stop();`),
    ).toBe('not acknowledged\nStoreWriteError\nnot answered\n1');
  });
});
