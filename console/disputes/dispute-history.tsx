import { Anchor } from '@mantine/core';
import { IconArrowRight, IconBuildingBank, IconFlag, IconScale, type Icon } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Schemas } from '../../client/connection.js';
import { shortenId } from '../parts/shorten.js';
import { wordsOf } from '../parts/status.js';
import { Time } from '../parts/time.js';
import classes from './disputes.module.css';

type Item = Schemas['DisputeHistoryItemDto'];

/** A newer gateway may tell of other changes. */
const KINDS: Readonly<Partial<Record<string, { readonly icon: Icon; readonly say: (item: Item) => string }>>> = {
  'dispute.created': { icon: IconFlag, say: ({ stage }) => `Opened as ${wordsOf(stage)}.` },
  'dispute.updated': { icon: IconArrowRight, say: ({ stage, status }) => `Now ${wordsOf(stage)}: ${wordsOf(status)}.` },
  'dispute.funds_withdrawn': { icon: IconBuildingBank, say: () => 'Amount and fee were taken from the balance.' },
  'dispute.funds_reinstated': { icon: IconBuildingBank, say: () => 'Amount and fee are back in the balance.' },
  'dispute.closed': { icon: IconScale, say: ({ status }) => `Closed: ${wordsOf(status)}.` },
};

/** What happened in a dispute and why, newest last. */
export function DisputeHistory({ items }: { readonly items: readonly Item[] }) {
  return (
    <ol className={classes.history}>
      {items.map((item) => {
        const { at, type, why, eventId } = item;
        const { icon: Icon = IconArrowRight, say } = KINDS[type] ?? {};
        return (
          <li key={eventId}>
            <Icon size={16} aria-hidden />
            <span>
              <strong>{say ? say(item) : type}</strong> {why}{' '}
              <Anchor component={Link} href={`/events/${eventId}`} size="sm">
                {shortenId(eventId)}
              </Anchor>
            </span>
            <Time at={at} />
          </li>
        );
      })}
    </ol>
  );
}
