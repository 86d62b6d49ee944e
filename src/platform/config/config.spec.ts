import { describe, expect, it } from '@jest/globals';
import { Config, InvalidConfigError } from './config.js';

const SECRETS = { ADMIN_PASSWORD: 'a password', JWT_SECRET: 'x'.repeat(32), ENCRYPTION_KEY: '0'.repeat(64) };

const refusal = (env: NodeJS.ProcessEnv): string => {
  try {
    Config.from(env);
  } catch (error) {
    if (error instanceof InvalidConfigError) return error.message;
    throw error;
  }
  return '';
};

describe('Settings', () => {
  it('have defaults, except the secrets', () => {
    expect(Config.from(SECRETS)).toMatchObject({
      NODE_ENV: 'development',
      HOST: '127.0.0.1',
      PORT: 3000,
      DATA_DIR: './data',
      ADMIN_EMAIL: 'admin@system.local',
      JWT_TTL_SECONDS: 7200,
      BCRYPT_COST: 12,
      PAYMENT_PROCESSING_DELAY_MS: 1000,
      LOG_LEVEL: 'info',
    });
    for (const name of Object.keys(SECRETS))
      expect(refusal({ ...SECRETS, [name]: undefined })).toContain(`${name} is required`);
  });

  it('that are empty count as not set', () => {
    expect(Config.from({ ...SECRETS, PORT: '', MONGODB_URI: '' })).toMatchObject({ PORT: 3000 });
    expect(refusal({ ...SECRETS, JWT_SECRET: '' })).toContain('JWT_SECRET is required');
  });

  it('that are numbers are read as numbers', () => {
    expect(Config.from({ ...SECRETS, PORT: '0', BCRYPT_COST: '4' })).toMatchObject({ PORT: 0, BCRYPT_COST: 4 });
  });

  it.each([
    ['PORT', 'abc'],
    ['PORT', '80.5'],
    ['PORT', '-1'],
    ['PORT', '65536'],
    ['BCRYPT_COST', '3'],
    ['BCRYPT_COST', '16'],
    ['JWT_SECRET', 'x'.repeat(31)],
    ['ENCRYPTION_KEY', 'a'.repeat(63)],
    ['ENCRYPTION_KEY', 'g'.repeat(64)],
    ['ADMIN_PASSWORD', 'short'],
    ['ADMIN_PASSWORD', 'ä'.repeat(37)],
    ['ADMIN_EMAIL', 'nobody'],
    ['MONGODB_URI', 'http://127.0.0.1'],
    ['NODE_ENV', 'prod'],
    ['LOG_LEVEL', 'loud'],
    ['TRUST_PROXY', 'true'],
    ['WEBHOOK_RETRY_SCHEDULE', '0,,5'],
    ['WEBHOOK_RETRY_SCHEDULE', '0,-5'],
    ['JWT_TTL_SECONDS', '0'],
  ])('%s=%s is refused with an error that names it', (name, value) => {
    expect(refusal({ ...SECRETS, [name]: value })).toContain(name);
  });

  it('that are secret are not repeated in the error', () => {
    expect(refusal({ ADMIN_PASSWORD: 'pAss', JWT_SECRET: 'jWt', ENCRYPTION_KEY: 'kEy' })).not.toMatch(/pAss|jWt|kEy/);
  });

  it('require MONGODB_URI in production', () => {
    expect(refusal({ ...SECRETS, NODE_ENV: 'production' })).toContain('MONGODB_URI');
    expect(refusal({ ...SECRETS, NODE_ENV: 'production', MONGODB_URI: 'mongodb://db/gateway' })).toBe('');
  });
});
