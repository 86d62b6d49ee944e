import { Button } from '@mantine/core';
import { Link } from 'wouter';
import classes from './page.module.css';

/** What is shown where there is no such page. */
export function NotFound() {
  return (
    <div className={classes.notFound}>
      <h1>There is no such page</h1>
      <p>The address may be misspelled, or the object belongs to another account.</p>
      <Button component={Link} href="/">
        Home
      </Button>
    </div>
  );
}
