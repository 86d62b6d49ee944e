import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private-file.js';

/** Generates the secrets, which never have a default value. */
const GENERATORS = {
  ADMIN_PASSWORD: () => randomBytes(12).toString('base64url'),
  JWT_SECRET: () => randomBytes(32).toString('hex'),
  ENCRYPTION_KEY: () => randomBytes(32).toString('hex'),
} as const;

type Secrets = Partial<Record<keyof typeof GENERATORS, string>> & {
  /** Whether the generated password of the admin was printed by a start that succeeded. */
  readonly adminPasswordShown?: boolean;
};

export interface DevelopmentSecrets {
  /** The environment, completed with the missing secrets. */
  readonly env: NodeJS.ProcessEnv;
  /** The generated password of the admin, until a start has shown it. */
  readonly newAdminPassword: string | undefined;
}

/**
 * Generates the secrets that are not set, once, and stores them in `secrets.json` of the data folder (mode 0600);
 * later starts read them from there. Not for production.
 */
export function withDevelopmentSecrets(env: NodeJS.ProcessEnv, dataDir: string): DevelopmentSecrets {
  const names = Object.keys(GENERATORS) as (keyof typeof GENERATORS)[];
  if (names.every((name) => env[name])) return { env, newAdminPassword: undefined };

  const stored = readSecrets(dataDir);
  const generated: { -readonly [Name in keyof Secrets]: Secrets[Name] } = {};
  for (const name of names) if (!env[name] && !stored[name]) generated[name] = GENERATORS[name]();
  if (Object.keys(generated).length > 0) {
    writeSecrets(dataDir, { ...stored, ...generated });
  }
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value));
  const { adminPasswordShown = false, ...secrets } = { ...stored, ...generated };
  return {
    env: { ...secrets, ...given },
    newAdminPassword: env.ADMIN_PASSWORD || adminPasswordShown ? undefined : secrets.ADMIN_PASSWORD,
  };
}

/** Notes that a start has succeeded and shown the generated password of the admin: later ones do not. */
export function noteAdminPasswordShown(dataDir: string): void {
  writeSecrets(dataDir, { ...readSecrets(dataDir), adminPasswordShown: true });
}

export const secretsFileIn = (dataDir: string): string => join(dataDir, 'secrets.json');

function writeSecrets(dataDir: string, secrets: Secrets): void {
  writePrivateFile(secretsFileIn(dataDir), secrets);
}

function readSecrets(dataDir: string): Secrets {
  try {
    return JSON.parse(readFileSync(secretsFileIn(dataDir), 'utf8')) as Secrets;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
}
