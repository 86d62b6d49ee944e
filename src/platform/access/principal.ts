import type { World } from '../worlds/world.js';
import type { Role } from './role.js';

/** The account that makes a request, with its current role, not the role it had when its token was issued. */
export interface Principal {
  /** Whose data the request is about, as stored: of a sandbox, with its world. */
  readonly accountId: string;
  readonly role: Role;
  /** The bearer token used, or null if the request used an API key. */
  readonly tokenId: string | null;
  /** The console session that this token was issued for; null if it was issued for none. */
  readonly consoleSession: string | null;
  readonly world: World;
  /** Whether the account has faults, so that requests are compared with them. */
  readonly hasFaults: boolean;
  /** Whether the account uses the Stripe-compatible dialect, so that what it makes is told in that form too. */
  readonly dialect: boolean;
  /** Whether the caller has only a publishable key, which opens what a customer's browser may do. */
  readonly publishable: boolean;
  /** Whether its credentials still authenticate it, in the same world; for what goes on long after the guards ran. */
  readonly isStillValid: () => Promise<boolean>;
}
