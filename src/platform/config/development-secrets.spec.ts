import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Config } from './config.js';
import { noteAdminPasswordShown, withDevelopmentSecrets } from './development-secrets.js';

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
  it('are generated and pass the checks of the settings', () => {
    const { env, newAdminPassword } = withDevelopmentSecrets({}, inFolder('data'));
    expect(Config.from(env).ADMIN_PASSWORD).toBe(newAdminPassword);
    expect(statSync(inFolder('data/secrets.json')).mode & 0o777).toBe(0o600);
  });

  it('are the same at the next start, which shows the password again until a start has succeeded', () => {
    const first = withDevelopmentSecrets({}, folder);
    const second = withDevelopmentSecrets({}, folder);
    expect(second.newAdminPassword).toBe(first.newAdminPassword);
    noteAdminPasswordShown(folder);
    expect(withDevelopmentSecrets({}, folder).newAdminPassword).toBeUndefined();
    for (const name of NAMES) expect(second.env[name]).toBe(first.env[name]);
  });

  it('differ between installations', () => {
    const [one, other] = [withDevelopmentSecrets({}, inFolder('one')), withDevelopmentSecrets({}, inFolder('other'))];
    for (const name of NAMES) expect(one.env[name]).not.toBe(other.env[name]);
  });

  it('do not replace a secret that is set, and a secret that is set is not stored', () => {
    const { env } = withDevelopmentSecrets({ JWT_SECRET: 'set-by-hand' }, folder);
    expect(env.JWT_SECRET).toBe('set-by-hand');
    expect(readFileSync(inFolder('secrets.json'), 'utf8')).not.toContain('JWT_SECRET');
  });
});

describe('Secrets that are all set', () => {
  it('create no file', () => {
    withDevelopmentSecrets({ ADMIN_PASSWORD: 'a', JWT_SECRET: 'b', ENCRYPTION_KEY: 'c' }, folder);
    expect(() => statSync(inFolder('secrets.json'))).toThrow();
  });
});
