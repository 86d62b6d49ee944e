import {
  IconAlertTriangle,
  IconCheck,
  IconCircleDashed,
  IconClock,
  IconFlask,
  IconMinus,
  type Icon,
} from '@tabler/icons-react';
import { type Meaning, meaningOf, wordsOf } from './status.js';
import classes from './parts.module.css';

const ICONS: Readonly<Record<Meaning, Icon>> = {
  done: IconCheck,
  running: IconCircleDashed,
  waiting: IconClock,
  failed: IconAlertTriangle,
  ended: IconMinus,
  test: IconFlask,
};

interface StatusBadgeProps {
  readonly status: string;
  /** In place of the words of the status. */
  readonly label?: string;
  readonly meaning?: Meaning;
}

/** A state in the colour of its meaning, with an icon and a word. */
export function StatusBadge({ status, label = wordsOf(status), meaning = meaningOf(status) }: StatusBadgeProps) {
  const Icon = ICONS[meaning];
  return (
    <span className={classes.status} data-meaning={meaning}>
      <Icon size={14} aria-hidden />
      {label}
    </span>
  );
}
