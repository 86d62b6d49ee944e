import { Kbd, TextInput } from '@mantine/core';
import { useHotkeys, useInputState } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { type SubmitEvent, useRef } from 'react';
import { useLocation } from 'wouter';
import { searchTarget } from './search-target.js';
import classes from './shell.module.css';

/** Finds an object by its id, and payments by order reference or name. `/` leads here. */
export function SearchBox() {
  const [text, setText] = useInputState('');
  const [, navigate] = useLocation();
  const input = useRef<HTMLInputElement>(null);
  const focus = (): void => {
    input.current?.focus();
  };
  // On many keyboards this key needs Shift.
  useHotkeys([
    ['/', focus],
    ['shift+/', focus],
  ]);
  const search = (event: SubmitEvent): void => {
    event.preventDefault();
    navigate(searchTarget(text));
    input.current?.blur();
  };
  return (
    <form role="search" className={classes.search} onSubmit={search}>
      <TextInput
        ref={input}
        size="sm"
        type="search"
        aria-label="Search"
        placeholder="Id, order or name"
        leftSection={<IconSearch size={16} aria-hidden />}
        rightSection={<Kbd visibleFrom="sm">/</Kbd>}
        value={text}
        onChange={setText}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.blur();
        }}
      />
    </form>
  );
}
