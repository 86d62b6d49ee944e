/** A type of event in the form that the dialect has them; endpoints may ask for types that never come here. */
const FORM = /^(?:v\d\.)?[a-z_]+(?:\.[a-z_]+){1,4}$/;

/** Whether a text names a type of event, or all types. */
export function isEventType(text: string): boolean {
  return text === '*' || FORM.test(text);
}
