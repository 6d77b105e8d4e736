import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { createProgram } from '#cli/main.ts';
import { completionScript } from '#cli/shell/completion-script.ts';

const run = promisify(execFile);

/** What bash offers for a line whose last word is being typed. */
async function offered(...words: readonly string[]): Promise<string[]> {
  const line = ['assay', ...words].map((word) => `'${word}'`).join(' ');
  const script = `${completionScript(createProgram(), 'bash')}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _assay; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', script]);
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion', () => {
  it('offers commands, their commands and their options in bash', async () => {
    expect(await offered('sta')).toEqual(['status']);
    expect(await offered('rubric', 'c')).toEqual(['check', 'compare']);
    expect(await offered('gate', '--')).toEqual(['--tier', '--local', '--stack', '--json', '--help']);
    expect(await offered('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });

  it('is the same in zsh, and names every command in fish', () => {
    const program = createProgram();
    expect(completionScript(program, 'zsh')).toContain('bashcompinit');
    const fish = completionScript(program, 'fish');
    for (const command of program.commands) expect(fish).toContain(`-a ${command.name()} -d '`);
    expect(fish).toContain(
      "'__fish_seen_subcommand_from ratings; and __fish_seen_subcommand_from draw' -l surface",
    );
  });
});
