import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDocuments, root } from '../support/documents.ts';

const text = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

/** What stands in code type and looks like a file or folder of the repository: from its root, or one with a name of its own. */
const paths = [...text.matchAll(/`([\w.@/-]+)`/g)]
  .map(([, path = '']) => path)
  .filter((path) => /^(src|lambdas|cdk|test|slos|schemas|docs|bench|rubrics)\//.test(path));

describe('CONTRIBUTING.md', () => {
  it('explains every script of package.json, and none that is not there', () => {
    const explained = [...text.matchAll(/^\| `npm (?:run )?(\S+)` \|/gm)].map(([, name = '']) => name);
    expect(explained.filter((name) => name !== 'ci').toSorted()).toEqual(Object.keys(scripts).toSorted());
  });

  it('names files that are there', () => {
    expect(paths.length).toBeGreaterThan(30);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('names functions and types that the code has', () => {
    const sources = [
      'src/core/record/litellm.ts',
      'src/core/record/parse-record.ts',
      'src/cli/main.ts',
      'src/cli/terminal/table.ts',
      'src/cli/terminal/text.ts',
      'src/cli/terminal/cli-error.ts',
      'src/core/judging/judge-error.ts',
      'src/core/judging/judgement.ts',
      'src/core/rubric/prompt.ts',
      'src/adapters/openai/judge-client.ts',
    ].map((path) => readFileSync(join(root, path), 'utf8'));
    const names = [
      'isLiteLlmPayload',
      'litellmName',
      'parseRecord',
      'readResponse',
      'createProgram',
      'oneLine',
      'formatTable',
      'CliError',
      'JudgeAnswer',
      'JudgeCall',
      'ProviderFailure',
      'classifyFailure',
      'judgeFingerprint',
      'promptTemplateVersion',
    ];
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
    expect(names.filter((name) => !sources.some((source) => source.includes(name)))).toEqual([]);
  });
});

describe('docs/README.md', () => {
  it('names every document', () => {
    const documents = readDocuments().map(({ file }) => file.replace('docs/', ''));
    const map = readFileSync(join(root, 'docs', 'README.md'), 'utf8');
    const missing = documents.filter((file) => file !== 'README.md' && !map.includes(`${file})`));
    expect(missing).toEqual([]);
  });
});
