import { Anchor } from '@mantine/core';
import { IconArrowRight, IconBolt, IconFlask, IconSend, IconWebhook, type Icon } from '@tabler/icons-react';
import { Link } from 'wouter';
import type { Schemas } from '../../client/connection.js';
import { shortenId } from '../parts/shorten.js';
import { Time } from '../parts/time.js';
import { storyLink, storyText } from './story-link.js';
import classes from './story.module.css';

type Step = Schemas['TimelineStepDto'];

/** A newer gateway may tell of other kinds. */
const ICONS: Readonly<Partial<Record<string, Icon>>> = {
  request: IconSend,
  decision: IconFlask,
  state: IconArrowRight,
  event: IconBolt,
  delivery: IconWebhook,
};

/** What happened, newest last; each line leads to the request, event or delivery behind it. */
export function Story({ steps }: { readonly steps: readonly Step[] }) {
  return (
    <ol className={classes.story}>
      {steps.map(({ at, kind, text, reference }, index) => {
        const Icon = ICONS[kind] ?? IconArrowRight;
        const link = reference === null ? null : storyLink(kind, reference);
        return (
          <li key={index} data-kind={kind} data-meaning={kind === 'decision' ? 'test' : undefined}>
            <span className={classes.icon}>
              <Icon size={16} aria-hidden />
            </span>
            <span className={classes.text}>
              {link === null ? text : storyText(text, reference)}
              {link === null || reference === null ? null : (
                <>
                  {' '}
                  <Anchor component={Link} href={link} size="sm">
                    {shortenId(reference)}
                  </Anchor>
                </>
              )}
            </span>
            <Time at={at} />
          </li>
        );
      })}
    </ol>
  );
}
