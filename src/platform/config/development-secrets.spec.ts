import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Config } from './config.js';
import { withDevelopmentSecrets } from './development-secrets.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const NAMES = ['ADMIN_PASSWORD', 'JWT_SECRET', 'ENCRYPTION_KEY'] as const;
const inFolder = (name: string): string => join(folder, name);

describe('Secrets that are not set', () => {
  it('are generated, and good enough for the checks of the settings', () => {
    const { env, newAdminPassword } = withDevelopmentSecrets({}, inFolder('data'));
    expect(Config.from(env).ADMIN_PASSWORD).toBe(newAdminPassword);
    expect(statSync(inFolder('data/secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('are the same ever after, and the password is new only once', () => {
    const first = withDevelopmentSecrets({}, folder);
    const second = withDevelopmentSecrets({}, folder);
    expect(second.newAdminPassword).toBeUndefined();
    for (const name of NAMES) expect(second.env[name]).toBe(first.env[name]);
  });

  it('differ from one installation to the next', () => {
    const [one, other] = [withDevelopmentSecrets({}, inFolder('one')), withDevelopmentSecrets({}, inFolder('other'))];
    for (const name of NAMES) expect(one.env[name]).not.toBe(other.env[name]);
  });

  it('do not replace one that is set, and one that is set is not written down', () => {
    const { env } = withDevelopmentSecrets({ JWT_SECRET: 'set-by-hand' }, folder);
    expect(env.JWT_SECRET).toBe('set-by-hand');
    expect(readFileSync(inFolder('secrets.json'), 'utf8')).not.toContain('JWT_SECRET');
  });
});

describe('Secrets that are all set', () => {
  it('leave no file', () => {
    withDevelopmentSecrets({ ADMIN_PASSWORD: 'a', JWT_SECRET: 'b', ENCRYPTION_KEY: 'c' }, folder);
    expect(() => statSync(inFolder('secrets.json'))).toThrow();
  });
});
