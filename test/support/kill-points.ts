/**
 * Options for Node that let a program kill itself, as `kill -9` does, just before it renames a file for the nth time.
 * So a test can stop it between any two steps of its own.
 */
export function killedAtRename(nth: number): string {
  const program = `
    import { promises } from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { rename } = promises;
    let renames = 0;
    promises.rename = (...names) => {
      if (++renames === ${nth}) process.kill(process.pid, 'SIGKILL');
      return rename(...names);
    };
    syncBuiltinESMExports();`;
  return `--import=data:text/javascript,${encodeURIComponent(program).replaceAll("'", '%27')}`;
}
