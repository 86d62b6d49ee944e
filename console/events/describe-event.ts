import type { GatewayEvent } from '../../client/events.js';
import { formatAmount } from '../parts/money.js';

/** What the data of every event may have. */
interface EventData {
  readonly id?: string;
  readonly amount?: number;
  readonly currency?: string;
  readonly customerName?: string;
  readonly orderReference?: string | null;
  readonly url?: string;
}

/** What an event is about, in a few words: `19.99 USD, Jenny Rosen`. */
export function describeEvent({ data }: Pick<GatewayEvent, 'data'>): string {
  const { amount, currency, customerName, orderReference, url, id } = data as EventData;
  const money = amount === undefined || currency === undefined ? undefined : formatAmount(amount, currency);
  const words = [money, customerName ?? orderReference ?? undefined];
  const known = words.filter((word) => word !== undefined);
  return known.length > 0 ? known.join(', ') : (url ?? id ?? '');
}

/** The page of the object that an event is about; null if it has none. */
export function eventObjectPath({ type, data }: Pick<GatewayEvent, 'type' | 'data'>): string | null {
  const { id, endpointId } = data as EventData & { readonly endpointId?: string };
  const [subject] = type.split('.', 1);
  if (subject === 'webhook')
    return endpointId === undefined ? (id === undefined ? null : `/webhooks/${id}`) : `/webhooks/${endpointId}`;
  if (id === undefined) return null;
  const paths: Readonly<Record<string, string>> = { payment: '/payments', refund: '/refunds', checkout: '/checkout' };
  const path = paths[subject ?? ''];
  return path === undefined ? null : `${path}/${id}`;
}
