import { randomBytes } from 'node:crypto';
import { ownerIn } from '../platform/worlds/world-ids.js';

/** The `accountId` of a new world of a sandbox. */
export function newOwner(account: string): string {
  return ownerIn(account, randomName(6));
}

/** Random letters and digits that tell sandboxes, or worlds, apart. */
export function randomName(length: number): string {
  return randomBytes(length).toString('hex').slice(0, length);
}
