import { connect, type Socket } from 'node:net';
import { rm } from 'node:fs/promises';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deserialize, serialize } from 'bson';
import { EmbeddedMongo } from '../../src/platform/embedded-mongo/embedded-mongo.js';
import { temporaryFolder } from './database-under-test.js';

let folder: string;
let embedded: EmbeddedMongo;
let port: number;

beforeAll(async () => {
  folder = await temporaryFolder();
  embedded = await EmbeddedMongo.start({ dataDir: folder, listen: { port: 0 }, inProcess: true });
  port = Number(new URL(embedded.uri('x')).port);
});

afterAll(async () => {
  await embedded.stop();
  await rm(folder, { recursive: true });
});

async function open(): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** Builds a message with its header. */
function message(operation: number, body: Buffer, length = 16 + body.length): Buffer {
  const header = Buffer.alloc(16);
  header.writeInt32LE(length, 0);
  header.writeInt32LE(7, 4);
  header.writeInt32LE(operation, 12);
  return Buffer.concat([header, body]);
}

const command = (body: Record<string, unknown>, flags = 0): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32LE(flags, 0);
  return message(2013, Buffer.concat([prefix, serialize({ ...body, $db: 'test' })]));
};

async function reply(socket: Socket): Promise<Buffer> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk;
}

const isAnswering = async (): Promise<boolean> => {
  const socket = await open();
  socket.write(command({ ping: 1 }));
  const { ok } = deserialize((await reply(socket)).subarray(21));
  socket.destroy();
  return ok === 1;
};

describe('The protocol', () => {
  it('answers a greeting that uses the old operation', async () => {
    const socket = await open();
    const query = Buffer.concat([
      Buffer.alloc(4),
      Buffer.from('admin.$cmd\0'),
      Buffer.alloc(8),
      serialize({ ismaster: 1, helloOk: true }),
    ]);
    socket.write(message(2004, query));
    const answer = await reply(socket);
    expect(answer.readInt32LE(12)).toBe(1);
    expect(answer.readInt32LE(8)).toBe(7);
    expect(deserialize(answer.subarray(36))).toMatchObject({
      ismaster: true,
      helloOk: true,
      maxWireVersion: 21,
      ok: 1,
    });
    socket.destroy();
  });

  it('accepts a message that arrives byte by byte', async () => {
    const socket = await open();
    for (const byte of command({ ping: 1 })) socket.write(Buffer.from([byte]));
    expect(deserialize((await reply(socket)).subarray(21))).toMatchObject({ ok: 1 });
    socket.destroy();
  });

  it('sends no reply if the client wants none', async () => {
    const socket = await open();
    const MORE_TO_COME = 2;
    socket.write(
      Buffer.concat([command({ insert: 'c', documents: [{ _id: 1 }] }, MORE_TO_COME), command({ count: 'c' })]),
    );
    expect(deserialize((await reply(socket)).subarray(21))).toMatchObject({ n: 1, ok: 1 });
    socket.destroy();
  });

  it.each<[string, Buffer]>([
    ['whose length is too small', message(2013, Buffer.alloc(0), 3)],
    ['whose length is negative', message(2013, Buffer.alloc(0), -1)],
    ['whose length is far too large', message(2013, Buffer.alloc(0), 0x7fffffff)],
    ['of an unknown operation', message(9999, Buffer.alloc(8))],
    ['without a body', message(2013, Buffer.alloc(4))],
    ['with an unknown section', message(2013, Buffer.from([0, 0, 0, 0, 9, 5, 0, 0, 0, 0]))],
    ['with a document that is longer than the message', message(2013, Buffer.from([0, 0, 0, 0, 0, 99, 0, 0, 0, 0]))],
    ['with unknown flags', command({ ping: 1 }, 0x80)],
    [
      'with broken BSON',
      message(2013, Buffer.concat([Buffer.alloc(5), Buffer.from([12, 0, 0, 0, 2, 97, 0, 99, 0, 0, 0, 0])])),
    ],
    ['of another protocol', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
  ])('closes the connection after a message %s, and keeps serving the others', async (_what, bytes) => {
    const socket = await open();
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.resume();
    socket.write(bytes);
    await closed;
    expect(await isAnswering()).toBe(true);
  });
});
