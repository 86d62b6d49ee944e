import type { CertificationStatus, CheckResult } from './checks.js';

/** What a report shows of a certification. */
export interface ReportedCertification {
  readonly url: string;
  readonly status: CertificationStatus;
  readonly score: number;
  readonly checks: readonly CheckResult[];
}

const CLASS = 'certification';

/** A report that CI systems read: one test case for each check. While the certification runs, it reports an error. */
export function junitOf({ url, status, score, checks }: ReportedCertification): string {
  const cases = status === 'running' ? [RUNNING] : checks.map(testcaseOf);
  const failures = checks.filter(({ passed }) => passed === false).length;
  const skipped = checks.filter(({ passed }) => passed === null).length;
  const errors = status === 'running' ? 1 : 0;
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}" skipped="${skipped}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="Webhook handler" ${counts}>`,
    `  <testsuite name="${escaped(url)}" ${counts}>`,
    `    <properties><property name="score" value="${score}"/></properties>`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const RUNNING = `    <testcase classname="${CLASS}" name="finished"><error message="The certification is still running."/></testcase>`;

function testcaseOf({ name, passed, evidence, advice }: CheckResult): string {
  const attributes = `classname="${CLASS}" name="${escaped(name)}"`;
  const content =
    passed === true ? `<system-out>${escaped(evidence)}</system-out>` : outcomeOf(passed, evidence, advice);
  return `    <testcase ${attributes}>${content}</testcase>`;
}

function outcomeOf(passed: false | null, evidence: string, advice: string | null): string {
  if (passed === null) return `<skipped message="${escaped(evidence)}"/>`;
  return `<failure message="${escaped(evidence)}">${escaped(advice ?? '')}</failure>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** Text as XML 1.0 can hold it: characters that it forbids become U+FFFD. */
function escaped(text: string): string {
  return (
    // A surrogate without its other half becomes U+FFFD too.
    Buffer.from(text)
      .toString()
      // eslint-disable-next-line no-control-regex -- these are what XML forbids
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replace(/[&<>"'\n\r\t]/g, (character) => ENTITIES[character] ?? character)
  );
}
