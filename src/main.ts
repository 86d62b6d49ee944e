import './heap-growth.js';
import { resolve } from 'node:path';
import { type DemoMerchant, DemoMerchantService } from './accounts/demo-merchant.service.js';
import { ConsoleLinks } from './auth/console-links.service.js';
import { demoFileIn } from './platform/config/demo-file.js';
import { settleInterruptedRestore } from './platform/backups/interrupted-restore.js';
import { createLogger } from './platform/common/logging.js';
import { Config, DEFAULT_DATA_DIR, InvalidConfigError } from './platform/config/config.js';
import { noteAdminPasswordShown, withDevelopmentSecrets } from './platform/config/development-secrets.js';
import { loadSettings } from './platform/config/settings-file.js';
import { createApp } from './configure-app.js';
import { serveConsole } from './platform/http/console-files.js';
import { serveDocs } from './platform/http/docs-page.js';
import { serveGuides } from './platform/http/guide-pages.js';
import { MIGRATIONS } from './migrations.js';
import { DatabaseUnavailableError, openDatabase } from './platform/database/database.js';
import { migrate } from './platform/database/migrate.js';
import { DataFolderLockedError } from './platform/embedded-mongo/embedded-mongo.js';

/** Time limit for a graceful stop, in ms; after it the process exits with code 1. */
const STOP_TIMEOUT_MS = 9000;

/** Time after which a stop closes connections to a database that does not answer, in ms. No stored data is lost. */
const DATABASE_CLOSE_AFTER_MS = 5000;

/** Prints the error and exits: the process must not run half started or without its database. */
function fail(error: unknown): never {
  const expected =
    error instanceof InvalidConfigError ||
    error instanceof DatabaseUnavailableError ||
    error instanceof DataFolderLockedError ||
    error instanceof CannotListenError;
  process.stderr.write(
    `${expected ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  );
  process.exit(1);
}

/** The port is taken, or may not be used; the message says what to do. */
class CannotListenError extends Error {
  /** What is not about the address stays as it is. */
  static from(error: unknown, { HOST, PORT }: Config): unknown {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      return new CannotListenError(`Port ${PORT} of ${HOST} is taken. Stop what uses it, or set PORT to another one.`);
    if (code === 'EACCES')
      return new CannotListenError(`Port ${PORT} of ${HOST} is not allowed to this user. Set PORT to 1024 or more.`);
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
      return new CannotListenError(`HOST ${HOST} is no address of this machine. Set HOST to 127.0.0.1 or 0.0.0.0.`);
    return error;
  }
}

/** A schedule that does not begin with 0 delays each first attempt, which surprises those who think of retries. */
function firstWaitNote({ webhookRetrySchedule: [first = 0] }: Config): string[] {
  return first === 0
    ? []
    : [
        line(
          'Note',
          `WEBHOOK_RETRY_SCHEDULE begins with ${first}: each webhook is first sent ${first} s after its event; 0 sends at once`,
        ),
      ];
}

/** A line of what the gateway prints at its start. */
const line = (label: string, text: string): string => `  ${label.padEnd(8)}${text}`;

/** The key, a link into the console and the first charge, until the demo merchant was used. */
function demoLines({ apiKey, webhookSecret, url, wasUsed }: DemoMerchant, file: string, link: string): string[] {
  if (wasUsed) return [line('Demo', `key and secret of the demo merchant: ${file}`)];
  return [
    line('Demo', `key ${apiKey}`),
    line('', `secret ${webhookSecret}`),
    line('', `both are in ${file}`),
    line('', 'its console, a link that works once; `mpg console` prints another:'),
    line('', link),
    '',
    'A first charge:',
    '',
    `  curl -s ${url}/api/v1/payments/charge -H 'X-API-Key: ${apiKey}' \\`,
    `    -H 'Content-Type: application/json' -H 'Prefer: wait=10' \\`,
    `    -d '{"customerName":"Jenny Rosen","paymentAmount":19.99,"currency":"USD"}'`,
    '',
  ];
}

async function start(): Promise<void> {
  loadSettings();
  const production = process.env.NODE_ENV === 'production';
  // An empty variable counts as not set; this also applies to DATA_DIR, where the secrets are.
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value));
  const dataDir = given.DATA_DIR ?? DEFAULT_DATA_DIR;
  if (!production) await settleInterruptedRestore(dataDir);
  const { env, newAdminPassword } = production ? { env: given } : withDevelopmentSecrets(given, dataDir);
  const config = Config.from(env);
  const logger = createLogger(config);
  const database = await openDatabase(config, fail);
  await migrate(database.connection.getClient().db(database.connection.name), MIGRATIONS, (text) => {
    logger.info(text);
  });
  const app = await createApp(config, database.connection, logger);
  serveDocs(app);
  serveGuides(app);
  serveConsole(app);

  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), STOP_TIMEOUT_MS).unref();
    setTimeout(() => void database.connection.close(true), DATABASE_CLOSE_AFTER_MS).unref();
    await app.close();
    await database.close();
    process.exit(0);
  };
  process.on('SIGTERM', () => void stop().catch(fail));
  process.on('SIGINT', () => void stop().catch(fail));

  await app.listen(config.PORT, config.HOST).catch((error: unknown) => {
    throw CannotListenError.from(error, config);
  });
  const url = (await app.getUrl()).replace(/(?<=\/\/)(?:\[::1?\]|0\.0\.0\.0)(?=:)/, '127.0.0.1');
  if (config.isProduction) {
    logger.info({ url }, 'listening');
    return;
  }
  const demo =
    config.NODE_ENV === 'development' ? await app.get(DemoMerchantService).ensure(config.DATA_DIR, url) : null;
  const link = demo && (await app.get(ConsoleLinks).create(demo.accountId, url)).url;
  process.stdout.write(
    [
      `Mock Payment Gateway is ready`,
      line('API', `${url}/api/v1`),
      line('Console', `${url}/console/`),
      line('Docs', `${url}/docs`),
      line('Guide', `${url}/docs/guides`),
      line('Data', database.place),
      ...firstWaitNote(config),
      ...(newAdminPassword === undefined
        ? []
        : [line('Admin', `${config.ADMIN_EMAIL} / ${newAdminPassword} (generated, shown only now)`)]),
      ...(demo && link ? demoLines(demo, resolve(demoFileIn(config.DATA_DIR)), link) : []),
      '',
    ].join('\n'),
  );
  if (newAdminPassword !== undefined) noteAdminPasswordShown(config.DATA_DIR);
}

await start().catch(fail);
