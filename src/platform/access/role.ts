export const ROLES = ['user', 'merchant', 'admin', 'system_admin'] as const;
export type Role = (typeof ROLES)[number];

/** The roles that manage the accounts and payments of others. */
export const ADMINISTRATORS: readonly Role[] = ['admin', 'system_admin'];

/** The roles that an admin can assign. Not system_admin: there is exactly one, created at the first start. */
export const ASSIGNABLE_ROLES = ['user', 'merchant', 'admin'] as const satisfies readonly Role[];
export type AssignableRole = (typeof ASSIGNABLE_ROLES)[number];
