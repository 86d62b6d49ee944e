/** What a browser says of where a request comes from, and where it arrived. */
export interface RequestOrigin {
  /** The header `Origin`. */
  readonly origin: string | undefined;
  /** The header `Sec-Fetch-Site`. */
  readonly fetchSite: string | undefined;
  readonly protocol: string;
  /** The Host header, or X-Forwarded-Host from a trusted proxy. */
  readonly host: string;
}

/** What browsers send for a page of the same origin, and for what the user does outside of any page. */
const OWN_SITE = ['same-origin', 'none'];

/** Whether a browser sends this request for a page of another origin. Programs say nothing about it. */
export function isCrossSite({ origin, fetchSite, protocol, host }: RequestOrigin): boolean {
  if (fetchSite !== undefined && !OWN_SITE.includes(fetchSite)) return true;
  if (origin === undefined) return false;
  const own = `${protocol}://${host}`;
  return !URL.canParse(own) || new URL(own).origin !== origin;
}
