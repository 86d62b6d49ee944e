import { type Command, Argument } from 'commander';

export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print a script that completes commands and options on the TAB key')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh']))
    .addHelpText('after', '\nExample: mpg completion bash > ~/.local/share/bash-completion/completions/mpg')
    .action((shell: 'bash' | 'zsh') => {
      process.stdout.write(completionScript(program, shell));
    });
}

/** The words that can follow each command, from the definitions of the commands themselves. */
function completionScript(program: Command, shell: 'bash' | 'zsh'): string {
  const all = [...wordsAfter(program, [])];
  const known = all.flatMap(([path]) => (path === '' ? [] : `'${path}'`)).join('|');
  return [
    // zsh runs the functions of bash for this.
    ...(shell === 'zsh' ? ['#compdef mpg mock-payment-gateway', 'autoload -Uz bashcompinit && bashcompinit'] : []),
    '_mpg() {',
    "  local path='' words word longer",
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    longer="${path:+$path }$word"',
    `    case "$longer" in ${known}) path="$longer" ;; esac`,
    '  done',
    '  case "$path" in',
    ...all.map(([path, words]) => `    '${path}') words='${words.join(' ')}' ;;`),
    '  esac',
    '  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))',
    '}',
    'complete -o default -F _mpg mpg mock-payment-gateway',
    '',
  ].join('\n');
}

function* wordsAfter(command: Command, path: readonly string[]): Generator<[path: string, words: string[]]> {
  const isHidden = ({ hidden = false }: { hidden?: boolean }): boolean => hidden;
  const options = command.options.filter((option) => !isHidden(option)).map(({ long }) => long ?? '');
  const global = path.length === 0 ? ['--help'] : ['--url', '--json', '--help'];
  const below = command.commands.map((each) => each.name());
  const choices = command.registeredArguments[0]?.argChoices ?? [];
  yield [path.join(' '), [...below, ...choices, ...options, ...global]];
  for (const each of command.commands) yield* wordsAfter(each, [...path, each.name()]);
}
