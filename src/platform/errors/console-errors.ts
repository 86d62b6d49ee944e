import type { CatalogueEntry } from './catalogue-entry.js';

/** The error codes of the console in a browser. */
export const CONSOLE_ERRORS = {
  console_session_expired: {
    status: 401,
    cause: 'The browser has no session of the console, or it has ended.',
    action: 'Sign in to the console again.',
    detail: 'Nobody is signed in to the console here. Sign in.',
  },
  console_link_invalid: {
    status: 401,
    cause: 'The link to the console is wrong, has expired or was used before.',
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
  console_links_off: {
    status: 403,
    cause: 'In production no link signs in to the console.',
    action: 'Sign in with e-mail and password.',
    detail: 'In production no link signs in to the console; sign in with e-mail and password.',
  },
} as const satisfies Record<string, CatalogueEntry>;
