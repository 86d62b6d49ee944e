import { describe, expect, it } from '@jest/globals';
import { connectionOptions, withoutCredentials } from './connection-options.js';

const REPLICA_SET = 'mongodb://one.example:27017,two.example:27018,three.example:27019/shop?replicaSet=rs0';

describe('The options of a connection', () => {
  it.each([
    'mongodb://one.example:27017/shop',
    REPLICA_SET,
    'mongodb+srv://cluster.example/shop',
    'mongodb://%2Ftmp%2Fmongo.sock/shop',
  ])('of %s take the database from the URI', (uri) => {
    expect(connectionOptions(uri)).not.toHaveProperty('dbName');
  });

  it.each([
    'mongodb://one.example',
    'mongodb://one.example:27017,two.example:27018/?replicaSet=rs0',
    'mongodb+srv://cluster.example/',
  ])('of %s name the database', (uri) => {
    expect(connectionOptions(uri)).toHaveProperty('dbName', 'mock_payment_gateway');
  });

  it('have defaults for the write concern, the server selection timeout and the pool size', () => {
    expect(connectionOptions(REPLICA_SET)).toMatchObject({
      writeConcern: { w: 'majority', journal: true },
      serverSelectionTimeoutMS: 15_000,
      maxPoolSize: 32,
    });
  });

  it('leave out what the URI sets', () => {
    const options = connectionOptions(`${REPLICA_SET}&w=1&serverselectiontimeoutms=100&maxPoolSize=5`);
    for (const name of ['writeConcern', 'serverSelectionTimeoutMS', 'maxPoolSize'])
      expect(options).not.toHaveProperty(name);
  });

  it('are logged without credentials', () => {
    expect(withoutCredentials('mongodb://me:secret@one.example:1,two.example:2/shop')).not.toContain('secret');
  });
});
