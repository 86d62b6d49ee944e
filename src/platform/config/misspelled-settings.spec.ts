import { describe, expect, it } from '@jest/globals';
import { Config } from './config.js';
import { misspelledSettings } from './misspelled-settings.js';

const SETTINGS = Object.keys(new Config());

describe('A name in the environment', () => {
  it.each([
    ['PAYMENT_PROCESING_DELAY_MS', 'PAYMENT_PROCESSING_DELAY_MS'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
    ['RATE_LIMITS', 'RATE_LIMIT'],
    ['WEBHOOK_PORT', 'WEBHOOK_PORTS'],
    ['log_level', 'LOG_LEVEL'],
    ['MONGO_URI', null],
    ['MONGODB_URL', 'MONGODB_URI'],
    ['POST', null],
    ['HOSTS', null],
    ['HOSTNAME', null],
    ['NODE_PATH', null],
    ['NODE_OPTIONS', null],
    ['TEST_MONGODB_URI', null],
  ])('%s is told from the setting %s', (name, setting) => {
    expect(misspelledSettings([name], SETTINGS)).toEqual(
      setting === null ? [] : [`${name} is not a setting; ${setting} is`],
    );
  });

  it.each(SETTINGS)('%s is right', (name) => {
    expect(misspelledSettings([name], SETTINGS)).toEqual([]);
  });
});
