import { type ParsedToken, parse } from 'sugar-high/core';
import * as json from 'sugar-high/lang/json';
import * as python from 'sugar-high/lang/python';
import * as shell from 'sugar-high/lang/shell';
import * as typescript from 'sugar-high/lang/typescript';

export type Language = 'json' | 'python' | 'shell' | 'typescript' | 'text';

const SYNTAX = { json, python, shell, typescript };

/** Longer texts are shown as they are: highlighting them would hold up the page. */
const MAX_HIGHLIGHTED = 100_000;

export interface CodeLine {
  readonly tokens: readonly Pick<ParsedToken, 'type' | 'value'>[];
  /** Whether an earlier version had no such line. */
  readonly isChanged: boolean;
}

/** The lines of a text by kinds of words; those that `before` does not have are marked. */
export function linesOf(code: string, language: Language, before?: string): CodeLine[] {
  const earlier = before === undefined ? null : new Set(before.split('\n'));
  const isChanged = (line: string): boolean => earlier !== null && !earlier.has(line);
  if (language === 'text' || code.length > MAX_HIGHLIGHTED)
    return code.split('\n').map((line) => ({ tokens: [{ type: 'space', value: line }], isChanged: isChanged(line) }));
  return parse(code, SYNTAX[language]).lines.map(({ tokens, value }) => ({ tokens, isChanged: isChanged(value) }));
}

/** A text as indented JSON, if it is JSON; as it is otherwise. */
export function prettyJson(text: string): { readonly code: string; readonly language: Language } {
  try {
    return { code: JSON.stringify(JSON.parse(text), null, 2), language: 'json' };
  } catch {
    return { code: text, language: 'text' };
  }
}
