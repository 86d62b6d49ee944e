import { Progress } from '@mantine/core';
import type { Schemas } from '../../client/connection.js';
import type { Certification } from '../../client/sandboxes.js';
import { gateway } from '../gateway/gateway.js';
import { keys } from '../gateway/queries.js';
import { Id } from '../parts/copyable.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { Facts } from '../parts/facts.js';
import { Columns, Page, Section } from '../parts/page.js';
import { wordsOf } from '../parts/status.js';
import { StatusBadge } from '../parts/status-badge.js';
import { Time } from '../parts/time.js';
import { ObjectPage } from '../parts/object-page.js';

type Check = Schemas['CheckDto'] & { readonly id: string };

const POLL_MS = 500;

const resultOf = (passed: boolean | null): string => (passed === null ? 'unchecked' : passed ? 'pass' : 'fail');

const COLUMNS: readonly Column<Check>[] = [
  { id: 'name', header: 'Check', cell: ({ name }) => wordsOf(name) },
  { id: 'result', header: 'Result', cell: ({ passed }) => <StatusBadge status={resultOf(passed)} /> },
  { id: 'evidence', header: 'What was seen', cell: ({ evidence }) => <span title={evidence}>{evidence}</span> },
  {
    id: 'advice',
    header: 'What to do',
    cell: ({ advice }) => (advice === null ? '' : <span title={advice}>{advice}</span>),
  },
];

export default function CertificationPage({ params: { id } }: { readonly params: { readonly id: string } }) {
  return (
    <ObjectPage
      title="Certification"
      query={{
        queryKey: [...keys.certifications, id],
        queryFn: ({ signal }) => gateway.certifications.get(id, { signal }),
        refetchInterval: ({ state }) => (state.data?.status === 'running' ? POLL_MS : false),
      }}
    >
      {(report) => <ShownReport report={report} />}
    </ObjectPage>
  );
}

function ShownReport({ report }: { readonly report: Certification }) {
  const { id, status, score, checks, url, style, stateUrl, createdAt, finishedAt } = report;
  return (
    <Page title={url} beside={<StatusBadge status={status} />} lead="How this handler did.">
      <Columns
        story={
          <Section title={status === 'running' ? 'It is being judged' : `Score: ${score} of 100`}>
            <Progress
              value={status === 'running' ? 100 : score}
              animated={status === 'running'}
              color={status === 'failed' ? 'red' : status === 'running' ? 'blue' : 'green'}
              mb="md"
              aria-label={status === 'running' ? 'Running' : `Score: ${score} of 100`}
            />
            <DataTable label="Checks" columns={COLUMNS} rows={checks.map((check) => ({ ...check, id: check.name }))} />
          </Section>
        }
        facts={
          <Section title="Details">
            <Facts
              facts={[
                ['Id', <Id key="id" id={id} />],
                ['Handler', url],
                ['State', stateUrl],
                ['Form', style],
                ['Created', <Time key="created" at={createdAt} />],
                ['Finished', finishedAt && <Time key="finished" at={finishedAt} />],
              ]}
            />
          </Section>
        }
      />
    </Page>
  );
}
