import { Group, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import classes from './page.module.css';

interface PageProps {
  readonly title: string;
  /** Beside the title, for example a state. */
  readonly beside?: ReactNode;
  /** One sentence about the page. */
  readonly lead?: ReactNode;
  /** The buttons of the page. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A page: title, one sentence, actions, content. */
export function Page({ title, beside, lead, actions, children }: PageProps) {
  useDocumentTitle(`${title} · Mock Payment Gateway`);
  return (
    <div className={classes.page}>
      <header className={classes.header}>
        <div className={classes.heading}>
          <Group gap="sm">
            <Title order={1}>{title}</Title>
            {beside}
          </Group>
          {lead === undefined ? null : <p className={classes.lead}>{lead}</p>}
        </div>
        {actions === undefined ? null : <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface SectionProps {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A part of a page on a surface of its own. */
export function Section({ title, actions, children }: SectionProps) {
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.sectionHeader}>
        <Title order={2}>{title}</Title>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** The page of one object: what happened on the left, the facts on the right. */
export function Columns({ story, facts }: { readonly story: ReactNode; readonly facts: ReactNode }) {
  return (
    <div className={classes.columns}>
      <div className={classes.story}>{story}</div>
      <aside className={classes.facts}>{facts}</aside>
    </div>
  );
}
