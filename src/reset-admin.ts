import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import bcrypt from 'bcrypt';
import type { mongo } from 'mongoose';
import { MAX_PASSWORD_BYTES } from './accounts/password-limits.js';
import { loadSettings } from './platform/config/settings-file.js';
import { Config, InvalidConfigError } from './platform/config/config.js';
import { noteAdminPasswordShown, secretsFileIn } from './platform/config/development-secrets.js';
import { openDatabaseInUse } from './platform/database/database-in-use.js';
import { DatabaseUnavailableError } from './platform/database/database.js';

const USAGE = 'Usage: npm run reset-admin -- [--data <folder>] [--password-stdin]';

/** The password cannot be reset; the message says why. */
class NotResetError extends Error {}

interface Administrator {
  readonly _id: string;
  readonly email: string;
}

/** Reads the options and the settings of the gateway. No secret of the gateway is needed. */
function readConfig(dataDir: string | undefined): Config {
  loadSettings();
  const env = { ...process.env, ...(dataDir !== undefined && { DATA_DIR: dataDir }) };
  return Config.from({
    ...env,
    ADMIN_PASSWORD: 'not used',
    JWT_SECRET: 'not used'.padEnd(32),
    ENCRYPTION_KEY: '0'.repeat(64),
  });
}

/** Throws NotResetError if it is none that a login takes. */
async function readPassword(): Promise<string> {
  const password = (await text(process.stdin)).replace(/\r?\n$/, '');
  const length = Array.from(password).length;
  if (length < 8 || length > 64 || Buffer.byteLength(password) > MAX_PASSWORD_BYTES)
    throw new NotResetError(`A password has 8 to 64 characters, and at most ${MAX_PASSWORD_BYTES} bytes in UTF-8.`);
  return password;
}

/** Sets the password of the system_admin, and ends all that was signed in with the one before. */
async function resetAdmin(db: mongo.Db, passwordHash: string): Promise<Administrator> {
  const accounts = db.collection<Administrator>('accounts');
  const [admin] = await accounts.find({ role: 'system_admin' }).sort({ _id: 1 }).limit(1).toArray();
  if (!admin) throw new NotResetError('There is no system_admin in this database. Start the gateway on it once.');
  // Twice: before the change, so that a crash leaves nothing behind; after it, for what began in between.
  await endSessions(db, admin);
  await accounts.updateOne({ _id: admin._id }, { $set: { passwordHash } });
  await endSessions(db, admin);
  return admin;
}

async function endSessions(db: mongo.Db, { _id: accountId, email }: Administrator): Promise<void> {
  await db.collection('console_sessions').deleteMany({ accountId });
  await db.collection('access_tokens').deleteMany({ accountId });
  // Failed logins with this e-mail, from any address: see LoginThrottleService.
  const attempts = db.collection<{ readonly _id: string }>('login_attempts');
  await attempts.deleteOne({ _id: `email:${email}` });
  await attempts.deleteMany({ _id: { $gte: `pair:${email}|`, $lt: `pair:${email}}` } });
}

function fail(error: unknown): never {
  const isUsage = error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  const expected = [NotResetError, InvalidConfigError, DatabaseUnavailableError].some((type) => error instanceof type);
  const message = error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${isUsage ? `${error.message.split('.')[0] ?? ''}. ${USAGE}` : message}\n`);
  process.exit(1);
}

async function run(): Promise<void> {
  const { values } = parseArgs({ options: { data: { type: 'string' }, 'password-stdin': { type: 'boolean' } } });
  const isGiven = values['password-stdin'] === true;
  const config = readConfig(values.data);
  const password = isGiven ? await readPassword() : randomBytes(12).toString('base64url');
  const database = await openDatabaseInUse(config, fail);
  try {
    const { connection } = database;
    const db = connection.getClient().db(connection.name);
    const { email } = await resetAdmin(db, await bcrypt.hash(password, config.BCRYPT_COST));
    // Otherwise the next start would show the password that was generated first.
    if (existsSync(secretsFileIn(config.DATA_DIR))) noteAdminPasswordShown(config.DATA_DIR);
    process.stdout.write(
      [
        isGiven ? `The password of ${email} is set.` : `The new password of ${email}, shown only now: ${password}`,
        'All its tokens, console sessions, links to the console and login delays have ended.',
        '',
      ].join('\n'),
    );
  } finally {
    await database.close();
  }
}

await run().catch(fail);
