/** A text as searches compare it: upper and lower case, and other forms of one letter, are the same. */
export function searchText(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** A condition for texts that begin with a prefix, letter by letter. */
export function beginsWith(prefix: string): { readonly $regex: string } {
  return { $regex: `^${escaped(prefix)}` };
}

/** A condition for texts of which a word begins so, in any case. No index serves it. */
export function wordBeginsWith(prefix: string): { readonly $regex: string; readonly $options: string } {
  return { $regex: `(?:^|[^\\p{L}\\p{N}])${escaped(prefix)}`, $options: 'i' };
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
