import { Notification } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useEffect, useSyncExternalStore } from 'react';
import { Copyable } from '../parts/copyable.js';
import { type Notice, notices } from '../parts/notices.js';
import classes from './notice-stack.module.css';

/** How long a success is shown, in ms. A failure stays until somebody closes it. */
const DONE_MS = 4_000;

/** The messages over the page, newest last. */
export function NoticeStack() {
  const shown = useSyncExternalStore(notices.subscribe, notices.current);
  return (
    <div className={classes.stack} role="status" aria-live="polite">
      {shown.map((notice) => (
        <Message key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function Message({ notice: { id, kind, text, requestId } }: { readonly notice: Notice }) {
  useEffect(() => {
    if (kind === 'failed') return undefined;
    const timer = setTimeout(() => {
      notices.close(id);
    }, DONE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [id, kind]);
  return (
    <Notification
      withBorder
      color={kind === 'done' ? 'green' : 'red'}
      icon={kind === 'done' ? <IconCheck size={16} /> : <IconAlertTriangle size={16} />}
      closeButtonProps={{ 'aria-label': 'Close the message' }}
      onClose={() => {
        notices.close(id);
      }}
    >
      {text}
      {requestId === null ? null : (
        <div>
          Request <Copyable text={requestId} label="Copy the request id" />
        </div>
      )}
    </Notification>
  );
}
