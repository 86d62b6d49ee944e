export const ROLES = ['user', 'merchant', 'admin', 'system_admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a role change can give: there is one system_admin, from the first start. */
export const ASSIGNABLE_ROLES = ['user', 'merchant', 'admin'] as const satisfies readonly Role[];
export type AssignableRole = (typeof ASSIGNABLE_ROLES)[number];
