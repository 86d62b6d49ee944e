import { Button, Checkbox, Group, Modal, Stack, TagsInput, Text, TextInput } from '@mantine/core';
import { useInputState } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { WebhookEndpoint } from '../../client/webhooks.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { Copyable } from '../parts/copyable.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { EVENT_PATTERNS } from './event-patterns.js';

interface EndpointFormProps {
  /** The endpoint to change; a new one without it. */
  readonly endpoint?: WebhookEndpoint;
  readonly onClose: () => void;
  readonly onSaved: (endpoint: { readonly id: string }) => void;
}

/** Creates or changes an endpoint. The secret of a new one is shown once. */
export function EndpointForm({ endpoint, onClose, onSaved }: EndpointFormProps) {
  const [url, setUrl] = useInputState(endpoint?.url ?? '');
  const [description, setDescription] = useInputState(endpoint?.description ?? '');
  const [events, setEvents] = useState<string[]>(endpoint?.events ?? ['*']);
  const [enabled, setEnabled] = useInputState(endpoint?.enabled ?? true);
  const [created, setCreated] = useState<{ readonly id: string; readonly secret: string | null } | null>(null);
  const save = useMutation({
    mutationFn: async () => {
      const body = { url: url.trim(), description: description.trim() || null, events, enabled };
      return endpoint ? gateway.webhookEndpoints.update(endpoint.id, body) : gateway.webhookEndpoints.create(body);
    },
    onSuccess: async (saved) => {
      await queries.invalidateQueries({ queryKey: keys.endpoints });
      if (endpoint) onSaved(saved);
      else
        setCreated({
          id: saved.id,
          secret: 'secret' in saved && typeof saved.secret === 'string' ? saved.secret : null,
        });
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  if (created)
    return (
      <SecretDialog
        title="The endpoint was created"
        secret={created.secret}
        onClose={() => {
          onSaved(created);
        }}
      />
    );
  return (
    <Modal opened onClose={onClose} title={endpoint ? 'Change the endpoint' : 'New endpoint'}>
      <form onSubmit={submit}>
        <Stack>
          <TextInput
            label="URL"
            description="On this machine, it is called as it is."
            placeholder="http://127.0.0.1:4000/webhooks"
            required
            data-autofocus
            value={url}
            onChange={setUrl}
          />
          <TagsInput
            label="Events"
            description="Types, groups such as payment.*, or * for all."
            data={EVENT_PATTERNS}
            value={events}
            onChange={setEvents}
          />
          <TextInput label="Description" value={description} onChange={setDescription} />
          <Checkbox label="Enabled" checked={enabled} onChange={setEnabled} />
          {save.error ? <ErrorNotice error={save.error} what="The endpoint was not saved" /> : null}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={save.isPending}>
              {endpoint ? 'Save' : 'Create'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

interface SecretDialogProps {
  readonly title: string;
  readonly secret: string | null;
  readonly onClose: () => void;
}

/** Shows a secret, which nobody can read again later. */
export function SecretDialog({ title, secret, onClose }: SecretDialogProps) {
  return (
    <Modal opened onClose={onClose} title={title}>
      <Stack>
        {secret === null ? (
          <Text>Its key pair stands on its page: verify with the public key.</Text>
        ) : (
          <>
            <Text>Copy it now: it is not shown again.</Text>
            <Copyable text={secret} label="Copy the secret" />
          </>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose} data-autofocus>
            Done
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
