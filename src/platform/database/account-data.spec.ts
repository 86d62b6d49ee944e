import { describe, expect, it } from '@jest/globals';
import mongoose, { Schema } from 'mongoose';
import { AccountData } from './account-data.service.js';

function dataOf(...names: string[]): { data: AccountData; register: (name: string) => void } {
  const connection = mongoose.createConnection();
  for (const name of names) connection.model(name, new Schema({ _id: String, accountId: String }));
  connection.model('RateCounter', new Schema({ _id: String }));
  const data = new AccountData(connection);
  return {
    data,
    register: (name) => {
      data.register({ model: connection.model(name), belongsTo: 'world', outlivesUser: false, copied: null });
    },
  };
}

describe('The registry of the data of accounts', () => {
  it('stops the start if a collection with an accountId is not in it, and names each', () => {
    const { data, register } = dataOf('Payment', 'Dispute', 'Payout');
    register('Payment');
    expect(() => {
      data.onApplicationBootstrap();
    }).toThrow('Collections with data of accounts are not registered as such: Dispute, Payout');
  });

  it('is content when all are, whatever other collections there are', () => {
    const { data, register } = dataOf('Payment');
    register('Payment');
    expect(() => {
      data.onApplicationBootstrap();
    }).not.toThrow();
  });

  it('never removes the data of an ordinary account as that of a world', async () => {
    const { data } = dataOf();
    await expect(data.removeWorlds(['user_0193a5e2c7f11b2c3d4e5f60'])).rejects.toThrow('is no world of a sandbox');
  });
});
