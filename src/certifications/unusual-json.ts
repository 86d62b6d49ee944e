/**
 * JSON text of a value that no usual serializer writes: white space, unicode escapes, numbers with an exponent. It
 * parses to the same value.
 */
export function unusualJson(value: unknown): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value === 'number') return withExponent(String(value));
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[ ${value.map(unusualJson).join(' ,\t')} ]`;
  const fields = Object.entries(value).map(([name, field]) => `${JSON.stringify(name)} :\t${unusualJson(field)}`);
  return fields.length === 0 ? '{ }' : `{\n${fields.join(' ,\n')}\n}`;
}

/** The first character is escaped although it need not be; so are slashes. */
function quoted(text: string): string {
  const first = text.charCodeAt(0);
  if (text === '' || first > 0x7f) return JSON.stringify(text);
  const rest = JSON.stringify(text.slice(1)).replaceAll('/', '\\/');
  return `"\\u${first.toString(16).padStart(4, '0')}${rest.slice(1)}`;
}

function withExponent(digits: string): string {
  return digits.includes('e') ? digits.toUpperCase() : `${digits}e0`;
}
