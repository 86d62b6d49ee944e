/** Where a search leads: to an object by its id, or to the payments that match. */
export function searchTarget(text: string): string {
  const term = text.trim();
  const [prefix = ''] = term.split('_', 1);
  const id = encodeURIComponent(term);
  switch (/^[a-z]+_[\w-]+$/.test(term) ? prefix : '') {
    case 'txn':
      return `/payments/${id}`;
    case 'evt':
      return `/events/${id}`;
    case 'whd':
      return `/webhooks/deliveries/${id}`;
    case 'we':
      return `/webhooks/${id}`;
    case 'cs':
      return `/checkout/${id}`;
    case 'cert':
      return `/certifications/${id}`;
    case 'ref':
      return `/refunds/${id}`;
    case 'dsp':
      return `/disputes/${id}`;
    case 'po':
      return `/balance/payouts/${id}`;
    case 'set':
      return `/settlements/${id}`;
    case 'ex':
      return `/settlements/exercises/${id}`;
    case 'req':
      return `/logs?requestId=${id}`;
    default:
      return term === '' ? '/payments' : `/payments?search=${encodeURIComponent(term)}`;
  }
}
