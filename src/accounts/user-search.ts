import { searchText } from '../platform/common/search-text.js';

/** What administrators find an account by. */
export function userSearchKeys({ name, email }: { readonly name: string; readonly email: string }): string[] {
  return [...new Set([searchText(name), searchText(email)])];
}
