import type { Role } from './role.js';

/** Who makes a request: an account, as it is now and not as it was when its token was issued. */
export interface Principal {
  readonly accountId: string;
  readonly role: Role;
  /** The bearer token used, or null where it was an API key. */
  readonly tokenId: string | null;
}
