import type { Command } from 'commander';
import type { Backup } from '../../src/platform/backups/create-backup.js';
import type { Restored } from '../../src/platform/backups/restore-backup.js';
import { outputOf } from '../connection.js';
import { variable } from '../environment.js';
import { CommandError } from '../errors.js';
import { plain } from '../output.js';
import { chosenDataDir, USER_DATA_DIR } from '../places.js';

interface Flags {
  readonly data?: string;
  readonly force?: boolean;
}

const DATA_OPTION = [
  '--data <folder>',
  `the data folder of the gateway (or DATA_DIR; ${USER_DATA_DIR} if neither is given)`,
] as const;

export function addBackupCommands(program: Command): void {
  program
    .command('backup <file>')
    .description('write the data of a gateway to one file, also while the gateway runs')
    .option(...DATA_OPTION)
    .option('--force', 'replace the file if it exists')
    .addHelpText(
      'after',
      '\nThe file has the secrets of the data folder: keep it as safe.\n\nExample: mpg backup shop.mpgbackup',
    )
    .action(async (file: string, { data, force = false }: Flags, command: Command) => {
      refuseMongoDb(data);
      const { backup } = await import('../data-folder.js');
      const gatewayVersion = program.version() ?? '';
      const made = await backup({ dataDir: chosenDataDir(data), file, force, gatewayVersion });
      outputOf(command).result(made, showBackup);
    });

  program
    .command('restore <file>')
    .description('replace the data of a gateway that is stopped with a backup')
    .option(...DATA_OPTION)
    .option('--force', 'replace the data that the folder has')
    .addHelpText('after', '\nExample: mpg restore shop.mpgbackup --data ./data')
    .action(async (file: string, { data, force = false }: Flags, command: Command) => {
      refuseMongoDb(data);
      const { restore } = await import('../data-folder.js');
      const restored = await restore({ dataDir: chosenDataDir(data), file, force });
      outputOf(command).result(restored, showRestored);
    });
}

/** A folder that is named is meant; the default one is not that of a gateway with MONGODB_URI. */
function refuseMongoDb(data: string | undefined): void {
  if (data === undefined && variable('MONGODB_URI') !== undefined)
    throw new CommandError(
      'MONGODB_URI is set: the data is in MongoDB. Use mongodump and mongorestore, or name a data folder with --data.',
    );
}

function showBackup({ dataDir, file, fileBytes, privateFiles, hasEncryptionKey, ...counts }: Backup): string {
  return [
    `${plain(dataDir)} is backed up in ${plain(file)} (${size(fileBytes)}): ${contents(counts)}.`,
    privateFiles.length > 0
      ? `It contains ${privateFiles.join(' and ')}: keep it as safe as the data folder.`
      : 'It contains keys of accounts: keep it as safe as the data folder.',
    ...(hasEncryptionKey
      ? []
      : ['It does not contain ENCRYPTION_KEY, which the gateway has from its environment. Keep that one too.']),
  ].join('\n');
}

function showRestored({ dataDir, file, createdAt, ...counts }: Restored): string {
  return `${plain(dataDir)} has the data of ${createdAt} from ${plain(file)}, and it is verified: ${contents(counts)}.`;
}

interface Counts {
  readonly collections: number;
  readonly documents: number;
  readonly bytes: number;
}

const contents = ({ collections, documents, bytes }: Counts): string =>
  `${collections} collections, ${documents.toLocaleString('en')} documents, ${size(bytes)}`;

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
