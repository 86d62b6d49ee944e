// Attacks a gateway until the process is ended: node attacker.js <attack> <api> <api key>.
// Prints a line once the attack is running.
import { request } from 'node:http';
import { connect, createServer } from 'node:net';
import { setPriority } from 'node:os';

/** An attacker has another address than the measured client. */
const ADDRESS = '127.0.0.3';

const [attack, api, apiKey] = process.argv.slice(2);
const { hostname, port, pathname } = new URL(api);

// The cost of the attacker itself must not affect the measurement: the gateway gets the CPU first.
setPriority(19);

/** Sends a request. Resolves when the answer is read or the request fails. */
function post(path, body, headers = {}) {
  return new Promise((resolve) => {
    const sent = request(
      {
        hostname,
        port,
        path: `${pathname}${path}`,
        method: 'POST',
        localAddress: ADDRESS,
        headers: { 'content-type': 'application/json', ...headers },
      },
      (answer) => {
        answer.resume().on('end', resolve);
      },
    );
    sent.on('error', resolve);
    sent.end(body);
  });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function repeat(perSecond, act) {
  for (;;) {
    void act();
    await pause(1000 / perSecond);
  }
}

const ATTACKS = {
  /** A number of 100 kB in a JSON body. */
  async number() {
    const body = `{"email":1${'0'.repeat(49_000)}1${'0'.repeat(49_000)}}`;
    printReady();
    await repeat(10, () => post('/users/login', body));
  },
  /** A text of 7,000 letters, which the request log has to redact. */
  async name() {
    const body = JSON.stringify({ customerName: 'abcdef'.repeat(1167), paymentAmount: 1, currency: 'USD' });
    printReady();
    await repeat(10, () => post('/payments/charge', body, { 'x-api-key': apiKey }));
  },
  /** 1,500 payments whose webhooks go to addresses that never answer. */
  async silence() {
    const server = createServer((socket) => socket.on('error', () => undefined));
    await new Promise((resolve) => server.listen(0, '0.0.0.0', resolve));
    const charge = (n) =>
      post(
        '/payments/charge',
        JSON.stringify({
          customerName: 'A',
          paymentAmount: 1,
          currency: 'USD',
          webhookUrl: `http://127.1.${n >> 8}.${n & 255}:${server.address().port}/`,
        }),
        { 'x-api-key': apiKey },
      );
    for (let made = 0; made < 1500; made += 10)
      await Promise.all(Array.from({ length: 10 }, (_, n) => charge(made + n)));
    await pause(1500);
    printReady();
  },
  /** 600 registrations at once. */
  async registrations() {
    const all = Array.from({ length: 600 }, (_, n) =>
      post(
        '/users/register',
        JSON.stringify({ name: 'Attacker', email: `${process.pid}-${n}@attack.example`, password: 'attack-password' }),
      ),
    );
    printReady();
    await Promise.all(all);
    await repeat(10, () =>
      post(
        '/users/register',
        JSON.stringify({
          name: 'Attacker',
          email: `${process.pid}-${Date.now()}@attack.example`,
          password: 'attack-password',
        }),
      ),
    );
  },
  /** 500 connections with bodies that never end; each is reopened when the gateway closes it. */
  async unfinished() {
    const open = () => {
      const socket = connect({ host: hostname, port: Number(port), localAddress: ADDRESS });
      socket.on('error', () => undefined);
      socket.once('close', () => setTimeout(open, 100));
      socket.write(
        `POST ${pathname}/users/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{"email":"`,
      );
    };
    for (let n = 0; n < 500; n += 1) open();
    await pause(500);
    printReady();
  },
};

function printReady() {
  process.stdout.write('ready\n');
}

await ATTACKS[attack]();
await pause(600_000);
