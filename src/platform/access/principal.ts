import type { Role } from './role.js';

/** The account that makes a request, with its current role, not the role it had when its token was issued. */
export interface Principal {
  readonly accountId: string;
  readonly role: Role;
  /** The bearer token used, or null if the request used an API key. */
  readonly tokenId: string | null;
}
