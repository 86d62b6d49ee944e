import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gateway, startGateway } from '../support/gateway.js';
import { expectError } from '../support/http.js';
import { Merchant, systemAdmin } from '../support/merchant.js';

let gateway: Gateway;
let owner: Merchant;
let admin: Merchant;
beforeAll(async () => {
  gateway = await startGateway();
  [owner, admin] = await Promise.all([Merchant.joins(gateway), Merchant.joinsAs('admin', gateway)]);
});
afterAll(() => gateway.stop());

describe('DELETE /{resource}/{resource_id}', () => {
  it.each(['payments', 'user', 'transactionss', '$where'])('refuses the resource %s', async (resource) => {
    for (const caller of [owner, admin])
      expectError(
        await caller.deletes(resource, 'x'),
        400,
        "Invalid resource type. Must be 'transactions' or 'users'.",
      );
  });

  it('asks for a token', async () => {
    for (const resource of ['transactions', 'users', 'neither']) {
      expectError(
        await gateway.request('DELETE', `/${resource}/x`, { headers: owner.withKey }),
        401,
        'Authorization header missing.',
      );
    }
  });
});

describe('DELETE /transactions/{id}', () => {
  it.each(['transactions', 'TRANSACTIONS', 'Transactions'])('lets the owner delete, written %s', async (resource) => {
    const { id } = await owner.charges();
    const { status, body } = await owner.deletes(resource, id);
    expect({ status, body }).toEqual({ status: 200, body: { message: `Transaction '${id}' deleted successfully.` } });
    expectError(
      await gateway.request('GET', `/payments/${id}`, { headers: owner.withKey }),
      404,
      `Transaction '${id}' not found for this user.`,
    );
  });

  it('lets admin and system_admin delete those of others', async () => {
    for (const administrator of [admin, await systemAdmin(gateway)]) {
      const { id } = await owner.charges();
      expect((await administrator.deletes('transactions', id)).status).toBe(200);
    }
  });

  it('refuses other users and merchants', async () => {
    const { id } = await owner.charges();
    for (const other of [await Merchant.joins(gateway), await Merchant.joinsAs('merchant', gateway)]) {
      expectError(
        await other.deletes('transactions', id),
        403,
        'Access denied. Only transaction owner or admin/system_admin can delete.',
      );
    }
    expect((await owner.gets(id)).id).toBe(id);
  });

  it('says 404 of an unknown one, and of one deleted before', async () => {
    const { id } = await owner.charges();
    await owner.deletes('transactions', id);
    for (const gone of [id, 'txn_unknown'])
      expectError(await owner.deletes('transactions', gone), 404, `Transaction '${gone}' not found.`);
  });
});

describe('DELETE /users/{id}', () => {
  it.each(['users', 'USERS', 'Users'])('lets an administrator delete a user, written %s', async (resource) => {
    const { userId } = await Merchant.joins(gateway);
    const { status, body } = await admin.deletes(resource, userId);
    expect({ status, body }).toEqual({ status: 200, body: { message: `User '${userId}' deleted successfully.` } });
    expectError(await admin.deletes('users', userId), 404, `User '${userId}' not found.`);
  });

  it('refuses users and merchants, also for themselves and for nobody', async () => {
    const merchant = await Merchant.joinsAs('merchant', gateway);
    for (const caller of [owner, merchant]) {
      for (const id of [admin.userId, caller.userId, 'user_unknown']) {
        expectError(await caller.deletes('users', id), 403, 'Access denied. Only system_admin/admin can delete users.');
      }
    }
  });

  it('does not let administrators delete themselves', async () => {
    for (const administrator of [admin, await systemAdmin(gateway)]) {
      expectError(
        await administrator.deletes('users', administrator.userId),
        400,
        'Admins cannot delete their own user account.',
      );
      expect((await administrator.asks('GET', '/protected')).status).toBe(200);
    }
  });

  it('says 404 of an unknown user', async () => {
    expectError(await admin.deletes('users', 'user_unknown'), 404, "User 'user_unknown' not found.");
  });
});
