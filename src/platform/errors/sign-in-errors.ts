import type { CatalogueEntry } from './catalogue-entry.js';

/** The error codes of signing in to the console, and of changing what one signs in with. */
export const SIGN_IN_ERRORS = {
  console_session_expired: {
    status: 401,
    cause: 'The browser has no session of the console, or it has ended.',
    action: 'Sign in to the console again.',
    detail: 'Nobody is signed in to the console here. Sign in.',
  },
  console_link_invalid: {
    status: 401,
    cause:
      'The link to the console is wrong, has expired, was used before, or was made before the password was changed.',
    action: 'Get another link with `mpg console`, or sign in with e-mail and password.',
    detail:
      'This link was used already: links work once. Get another one with `mpg console`, or sign in with e-mail and password.',
  },
  cross_site_request: {
    status: 403,
    cause: 'A page of another origin sent the request, or a proxy hides the address that the browser uses.',
    action:
      'Open the console at the address of the gateway. Behind a proxy, let it pass on `Host` and `X-Forwarded-Proto`, and set `TRUST_PROXY=on`.',
    detail: 'Only the console itself, opened at this address of the gateway, can do this.',
  },
  current_password_wrong: {
    status: 403,
    cause: 'The current password, which changing the password asks for, is wrong.',
    action: 'Send the right `currentPassword`. The token stays valid.',
    detail: 'The current password is wrong.',
  },
  console_links_off: {
    status: 403,
    cause: 'In production no link signs in to the console.',
    action: 'Sign in with e-mail and password.',
    detail: 'In production no link signs in to the console; sign in with e-mail and password.',
  },
  admin_email_fixed: {
    status: 409,
    cause: 'The e-mail of the system_admin comes from the setting `ADMIN_EMAIL`.',
    action: 'Set `ADMIN_EMAIL` and start the gateway again.',
    detail: 'The e-mail of the system_admin is the setting ADMIN_EMAIL; set it, and start the gateway again.',
  },
} as const satisfies Record<string, CatalogueEntry>;
