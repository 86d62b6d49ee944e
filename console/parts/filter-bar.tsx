import { Button, Popover, Select, TextInput } from '@mantine/core';
import { useInputState } from '@mantine/hooks';
import { IconPlus, IconX } from '@tabler/icons-react';
import { type SubmitEvent, useState } from 'react';
import { hasFilters, type Query, withFilter } from './filters.js';
import { wordsOf } from './status.js';
import classes from './list.module.css';

/** A filter of a list, by its name in the API. */
export interface Filter {
  readonly name: string;
  readonly label: string;
  /** What can be chosen; any text without them. */
  readonly options?: readonly string[];
  readonly kind?: 'text' | 'number' | 'time';
  readonly placeholder?: string;
}

interface FilterBarProps {
  readonly filters: readonly Filter[];
  readonly query: Query;
  readonly onChange: (query: Query) => void;
}

/** A chip for each filter; a chip opens, and shows what was chosen. */
export function FilterBar({ filters, query, onChange }: FilterBarProps) {
  return (
    <div className={classes.filters} role="group" aria-label="Filters">
      {filters.map((filter) => (
        <FilterChip
          key={filter.name}
          filter={filter}
          value={query[filter.name] ?? ''}
          onChange={(value) => {
            onChange(withFilter(query, filter.name, value));
          }}
        />
      ))}
      {hasFilters(query) ? (
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            onChange({});
          }}
        >
          Clear filters
        </Button>
      ) : null}
    </div>
  );
}

interface FilterChipProps {
  readonly filter: Filter;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function FilterChip({ filter, value, onChange }: FilterChipProps) {
  const [isOpen, setOpen] = useState(false);
  const { label, kind } = filter;
  const close = (next: string): void => {
    setOpen(false);
    if (next !== value) onChange(next);
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-start" trapFocus returnFocus shadow="md">
      <Popover.Target>
        <Button
          variant={value === '' ? 'default' : 'light'}
          size="compact-sm"
          radius="xl"
          leftSection={value === '' ? <IconPlus size={14} aria-hidden /> : undefined}
          aria-label={value === '' ? `Filter by ${label}` : `Filter by ${label}: ${value}`}
          onClick={() => {
            setOpen(!isOpen);
          }}
        >
          {value === '' ? label : `${label}: ${shownValue(value, kind)}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <FilterForm filter={filter} value={value} onSubmit={close} />
      </Popover.Dropdown>
    </Popover>
  );
}

function FilterForm({
  filter: { label, options, kind = 'text', placeholder },
  value,
  onSubmit,
}: {
  readonly filter: Filter;
  readonly value: string;
  readonly onSubmit: (value: string) => void;
}) {
  const [text, setText] = useInputState(kind === 'time' ? toLocal(value) : value);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    onSubmit(kind === 'time' ? toIso(text) : text.trim());
  };
  return (
    <form className={classes.filterForm} onSubmit={submit}>
      {options ? (
        <Select
          label={label}
          data={options.map((option) => ({ value: option, label: wordsOf(option) }))}
          value={value === '' ? null : value}
          clearable
          data-autofocus
          comboboxProps={{ withinPortal: false }}
          onChange={(chosen) => {
            onSubmit(chosen ?? '');
          }}
        />
      ) : (
        <>
          <TextInput
            label={label}
            type={kind === 'time' ? 'datetime-local' : kind}
            step={kind === 'number' ? 'any' : undefined}
            placeholder={placeholder}
            value={text}
            data-autofocus
            onChange={setText}
          />
          <Button type="submit" size="compact-sm">
            Apply
          </Button>
        </>
      )}
      {value === '' ? null : (
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<IconX size={14} aria-hidden />}
          onClick={() => {
            onSubmit('');
          }}
        >
          Remove
        </Button>
      )}
    </form>
  );
}

/** The time of the viewer's zone, as its input wants it. */
function toLocal(iso: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return '';
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function toIso(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}

function shownValue(value: string, kind: Filter['kind']): string {
  return kind === 'time' ? toLocal(value).replace('T', ' ') : wordsOf(value);
}
