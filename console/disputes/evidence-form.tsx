import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type SubmitEvent, useState } from 'react';
import type { Schemas } from '../../client/connection.js';
import type { Dispute } from '../../client/disputes.js';
import { gateway } from '../gateway/gateway.js';
import { keys, queries } from '../gateway/queries.js';
import { ConfirmButton } from '../parts/actions.js';
import { ErrorNotice } from '../parts/error-notice.js';
import { Facts } from '../parts/facts.js';
import { notifyDone } from '../parts/notices.js';
import { Section } from '../parts/page.js';
import {
  changedEvidence,
  type EvidenceField,
  type EvidenceTexts,
  fieldLabel,
  orderFields,
  winningSets,
} from './evidence.js';
import classes from './disputes.module.css';

interface EvidenceFormProps {
  readonly dispute: Dispute;
  readonly rules: Schemas['DisputeRulesDto'];
}

/** The evidence of a dispute: a form while it can be answered, the texts that were sent afterwards. */
export function EvidenceForm({ dispute, rules }: EvidenceFormProps) {
  if (dispute.status === 'needs_response') return <OpenForm dispute={dispute} rules={rules} />;
  const texts = Object.entries<string | null>(dispute.evidence ?? {});
  return (
    <Section title="Evidence">
      {texts.length === 0 ? 'None was saved.' : <Facts facts={texts.map(([name, text]) => [fieldLabel(name), text])} />}
    </Section>
  );
}

function OpenForm({ dispute: { id, reason, evidence }, rules }: EvidenceFormProps) {
  const saved: EvidenceTexts = evidence ?? {};
  const [typed, setTyped] = useState<EvidenceTexts>({});
  const shown = { ...saved, ...typed };
  const changes = changedEvidence(saved, typed);
  const isChanged = Object.keys(changes).length > 0;
  const { answering, others } = orderFields(rules.fields, winningSets(rules, reason, saved));
  const send = async (): Promise<void> => {
    if (isChanged) queries.setQueryData([...keys.disputes, id], await gateway.disputes.saveEvidence(id, changes));
    setTyped({});
  };
  const save = useMutation({
    mutationFn: send,
    onSuccess: () => {
      notifyDone('The evidence was saved.');
    },
  });
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  const input = ({ field, description }: Schemas['EvidenceFieldDto']) => (
    <Textarea
      key={field}
      label={fieldLabel(field)}
      description={description}
      rows={2}
      maxLength={20_000}
      value={shown[field] ?? ''}
      onChange={(event) => {
        setTyped({ ...typed, [field]: event.currentTarget.value });
      }}
    />
  );
  return (
    <Section title="Evidence">
      <form onSubmit={submit}>
        <Stack>
          {answering.map(input)}
          <details open={others.some(({ field }) => hasText(saved, field))}>
            <summary className={classes.others}>Other fields ({others.length})</summary>
            <Stack mt="sm">{others.map(input)}</Stack>
          </details>
          {save.error ? <ErrorNotice error={save.error} what="The evidence was not saved" /> : null}
          <Group>
            <Button type="submit" variant="default" disabled={!isChanged} loading={save.isPending}>
              Save
            </Button>
            <ConfirmButton
              label="Submit the evidence"
              sentence={<Submission texts={shown} />}
              done="The evidence was submitted."
              failed="The evidence was not submitted"
              run={async () => {
                await send();
                await gateway.disputes.submit(id);
                await queries.invalidateQueries({ queryKey: keys.disputes });
              }}
            />
          </Group>
        </Stack>
      </form>
    </Section>
  );
}

const hasText = (texts: EvidenceTexts, field: EvidenceField): boolean => (texts[field] ?? '').trim() !== '';

/** What will be submitted. */
function Submission({ texts }: { readonly texts: EvidenceTexts }) {
  const fields = (Object.keys(texts) as EvidenceField[]).filter((field) => hasText(texts, field));
  return (
    <Text>
      {fields.length === 0 ? 'Submit no evidence' : `Submit ${fields.map(fieldLabel).join(', ')}`}. It is final: the
      customer&apos;s bank decides by it.
    </Text>
  );
}
