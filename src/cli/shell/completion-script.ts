import type { Command } from 'commander';

export const shells = ['bash', 'zsh', 'fish'] as const;

/** The script that a shell reads. Names of commands and options alone stand in it. */
export function completionScript(program: Command, shell: (typeof shells)[number]): string {
  if (shell === 'fish') return fishScript(program);
  const script = bashScript(program);
  return shell === 'bash' ? script : `autoload -U +X bashcompinit && bashcompinit\n${script}`;
}

/** Every command with the words that lead to it. */
function commandsUnder(program: Command, path: readonly string[] = []): [readonly string[], Command][] {
  return program.commands.flatMap((command) => {
    const own = [...path, command.name()];
    return [[own, command] as [readonly string[], Command], ...commandsUnder(command, own)];
  });
}

function optionsOf(command: Command): string[] {
  return [...command.options.flatMap(({ long }) => (long == null ? [] : [long])), '--help'];
}

function choicesOf(command: Command): string[] {
  return [
    ...command.commands.map((each) => each.name()),
    ...command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []),
  ];
}

// biome-ignore-start lint/suspicious/noTemplateCurlyInString: the shell's own braces
function bashScript(program: Command): string {
  const all: [readonly string[], Command][] = [[[], program], ...commandsUnder(program)];
  const cases = all.map(([path, command]) => {
    const words = [...choicesOf(command), ...optionsOf(command)].join(' ');
    return `    "${path.join(' ')}") words="${words}" ;;`;
  });
  const paths = all.map(([path]) => `"${path.join(' ')}"`).filter((path) => path !== '""');
  return [
    '_assay() {',
    '  local cur="${COMP_WORDS[COMP_CWORD]}" path="" words="" word next',
    '  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do',
    '    next="${path:+$path }$word"',
    '    case "$next" in',
    `      ${paths.join('|')}) path="$next" ;;`,
    '    esac',
    '  done',
    '  case "$path" in',
    ...cases,
    '  esac',
    '  COMPREPLY=( $(compgen -W "$words" -- "$cur") )',
    '}',
    'complete -o default -F _assay assay',
  ].join('\n');
}
// biome-ignore-end lint/suspicious/noTemplateCurlyInString: the shell's own braces

function fishScript(program: Command): string {
  const lines = program.commands.map(
    (command) => `complete -c assay -n __fish_use_subcommand -f -a ${command.name()} -d ${quoted(command)}`,
  );
  for (const [path, command] of commandsUnder(program)) {
    const seen = path.map((word) => `__fish_seen_subcommand_from ${word}`).join('; and ');
    for (const choice of choicesOf(command)) {
      const described = command.commands.find((each) => each.name() === choice);
      const words = described === undefined ? '' : ` -d ${quoted(described)}`;
      lines.push(`complete -c assay -n '${seen}' -f -a ${choice}${words}`);
    }
    for (const option of optionsOf(command))
      lines.push(`complete -c assay -n '${seen}' -l ${option.slice(2)}`);
  }
  return lines.join('\n');
}

/** The first sentence of what a command does. */
function quoted(command: Command): string {
  const [sentence = ''] = command.description().split(/(?<=\.)\s/);
  return `'${sentence.replaceAll("'", "\\'")}'`;
}
