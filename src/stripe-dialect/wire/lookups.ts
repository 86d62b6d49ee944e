import { DomainError } from '../../platform/errors/domain-error.js';
import { statusOf } from '../../platform/errors/error-catalogue.js';
import { missing } from './dialect-error.js';

/** Where an id stood: in the path, or in this parameter. */
export type Place = 'path' | { readonly param: string };

/** An object that is looked up by an id of the client. Throws a DialectError: 404 if the path names it, otherwise 400. */
export async function found<T>(kind: string, id: string, place: Place, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof DomainError && statusOf(error.code) === 404) throw notThere(kind, id, place);
    throw error;
  }
}

/** How errors call the id in the path, by the kind of the object; for others `id`. */
const PATH_PARAMS: Readonly<Record<string, string>> = {
  payment_intent: 'intent',
  setupintent: 'intent',
  PaymentMethod: 'payment_method',
};

export function notThere(kind: string, id: string, place: Place) {
  return place === 'path'
    ? missing(kind, id, PATH_PARAMS[kind] ?? 'id', 'path')
    : missing(kind, id, place.param, 'parameter');
}
