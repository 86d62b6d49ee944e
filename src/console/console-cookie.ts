/** The path of the routes that get the cookie, and of the console itself. */
const PATH = '/console';

const NAME = 'mpg_console';

/**
 * The name of the cookie at a host. Browsers send cookies to every port of a host: with one name, two gateways on one
 * machine would end each other's sessions.
 *
 * @param host with the port, if the browser names one
 */
export function consoleCookieName(host: string): string {
  const [, port] = /:(\d{1,5})$/.exec(host) ?? [];
  return port === undefined ? NAME : `${NAME}_${port}`;
}

/** 32 bytes in base64url. */
const VALUE = /^[\w-]{43}$/;

/** The value of the cookie in a `Cookie` header; null if there is none that the gateway could have set. */
export function readConsoleCookie(header: string | undefined, cookieName: string): string | null {
  const values = (header ?? '')
    .split(';')
    .map((pair) => pair.trim().split('=', 2))
    .flatMap(([name, value]) => (name === cookieName && value !== undefined ? [value] : []));
  return values.find((value) => VALUE.test(value)) ?? null;
}

/**
 * The `Set-Cookie` header that sets the cookie, or with null removes it.
 *
 * @param isSecure whether the browser may send it by https alone
 */
export function consoleCookie(name: string, value: string | null, maxAgeSeconds: number, isSecure: boolean): string {
  const life = value === null ? 0 : maxAgeSeconds;
  const attributes = [`${name}=${value ?? ''}`, `Path=${PATH}`, `Max-Age=${life}`, 'HttpOnly', 'SameSite=Strict'];
  return [...attributes, ...(isSecure ? ['Secure'] : [])].join('; ');
}
