/** A text as searches compare it: upper and lower case, and other forms of one letter, are the same. */
export function searchText(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** A condition for texts that begin with a prefix, letter by letter. */
export function beginsWith(prefix: string): { readonly $regex: string } {
  return { $regex: `^${prefix.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}` };
}
