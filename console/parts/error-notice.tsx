import { Anchor, Button, Group } from '@mantine/core';
import { GatewayConnectionError, GatewayError } from '../../client/errors.js';
import { Copyable } from './copyable.js';
import classes from './parts.module.css';

interface ErrorNoticeProps {
  readonly error: unknown;
  /** What failed, for example `The payment was not captured`. */
  readonly what: string;
  readonly onRetry?: (() => void) | undefined;
}

/** Says what failed, why by the gateway's own words, and what to do. */
export function ErrorNotice({ error, what, onRetry }: ErrorNoticeProps) {
  return (
    <div className={classes.error} role="alert">
      <strong>{what}.</strong>
      <p>{messageOf(error)}</p>
      {error instanceof GatewayError ? (
        <Group gap="sm" mt="sm">
          {error.requestId === null ? null : (
            <span>
              Request <Copyable text={error.requestId} label="Copy the request id" />
            </span>
          )}
          {error.docUrl === null || !URL.canParse(error.docUrl) ? null : (
            <Anchor href={pathOf(error.docUrl)} target="_blank">
              What to do
            </Anchor>
          )}
        </Group>
      ) : null}
      {onRetry === undefined ? null : (
        <Button size="compact-sm" variant="default" mt="sm" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

function messageOf(error: unknown): string {
  if (error instanceof GatewayConnectionError)
    return 'The gateway does not answer. If it was stopped, start it again; this page goes on by itself.';
  return error instanceof Error ? error.message : String(error);
}

/** The docs of this gateway, however it calls itself. */
function pathOf(docUrl: string): string {
  const { pathname, hash } = new URL(docUrl);
  return `${pathname}${hash}`;
}
