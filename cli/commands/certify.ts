import { writeFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { type Command, Option } from 'commander';
import type { Certification, Schemas } from '../../client/index.js';
import { clientOf, outputOf } from '../connection.js';
import { plain } from '../output.js';

interface CertifyFlags {
  readonly stateUrl?: string;
  readonly style?: Schemas['CertificationStyle'];
  readonly junit?: string;
}

const SECRET_VARIABLE = 'MPG_WEBHOOK_SECRET';

export function addCertifyCommand(program: Command): void {
  program
    .command('certify <url>')
    .description('judge a webhook handler; exit code 1 if it fails')
    .option('--state-url <url>', 'where the handler shows its state of a payment (see docs/certification.md)')
    .addOption(new Option('--style <style>', 'how webhooks are signed').choices(['standard', 'v1']))
    .option('--junit <file>', 'write a report for CI')
    .addHelpText(
      'after',
      `\nThe handler's secret is that of the account, or what ${SECRET_VARIABLE} has.\n\nExample: mpg certify http://127.0.0.1:4000/webhooks --junit report.xml`,
    )
    .action(async (url: string, { stateUrl, style, junit }: CertifyFlags, command: Command) => {
      const { certifications } = clientOf(command);
      const secret = process.env[SECRET_VARIABLE];
      const certification = await certifications.run({
        url,
        ...(secret && { secret }),
        ...(stateUrl !== undefined && { stateUrl }),
        ...(style !== undefined && { style }),
      });
      if (junit !== undefined) await writeFile(junit, await certifications.junit(certification.id));
      outputOf(command).result(certification, show);
      if (certification.status !== 'passed') process.exitCode = 1;
    });
}

function show({ status, score, checks }: Certification): string {
  const lines = checks.map(({ name, passed, evidence, advice }) => {
    const mark = passed === null ? styleText('gray', '-') : passed ? styleText('green', '✓') : styleText('red', '✗');
    const why = passed === false ? [`    ${plain(evidence)}`, `    ${plain(advice)}`] : [];
    return [`${mark} ${plain(name)}`, ...why].join('\n');
  });
  return [...lines, '', `${status === 'passed' ? 'Passed' : 'Failed'}: ${String(score)} of 100.`].join('\n');
}
