import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../support/documents.ts';

const text = readFileSync(join(root, 'docs', 'dependencies.md'), 'utf8');
const project = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};
const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, { resolved?: string; link?: boolean }>;
};

/** Packages in the first column of a section's table. */
function tableOf(section: string): string[] {
  const [, part = ''] = text.split(`## ${section}\n`);
  const rows = (part.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
}

/** Called by their command or by the CDK, or types that nothing imports by the package's name. */
const called = ['@biomejs/biome', '@types/aws-lambda', '@types/node', 'aws-cdk', 'node', 'typescript'];

function isNamed(name: string, folders: readonly string[], before = `['"/]`): boolean {
  const pattern = `${before}${name.replaceAll('.', '\\.')}['"/]`;
  try {
    execFileSync('git', ['grep', '-qE', pattern, '--', ...folders], { cwd: root });
    return true;
  } catch {
    return false;
  }
}

describe('docs/dependencies.md', () => {
  it.each([
    ['For use', Object.keys(project.dependencies)],
    ['For development', Object.keys(project.devDependencies)],
  ])('lists under "%s" what package.json does', (section, names) => {
    expect(tableOf(section).toSorted()).toEqual(names.toSorted());
  });
});

describe('dependencies', () => {
  const all = [...Object.keys(project.dependencies), ...Object.keys(project.devDependencies)];

  it('are all used', () => {
    const unused = all.filter(
      (name) =>
        !called.includes(name) && !isNamed(name, ['src', 'lambdas', 'cdk', 'bench', 'test', 'examples']),
    );
    expect(unused).toEqual([]);
  });

  it('for development are named by nothing that is used without them', () => {
    const types = ['@types/aws-lambda', '@types/node'];
    const named = Object.keys(project.devDependencies).filter(
      (name) =>
        !types.includes(name) &&
        isNamed(name, ['src', 'lambdas', 'cdk', 'bin'], `(from|import|require) ?\\(?['"]`),
    );
    expect(named).toEqual([]);
  });

  it('have exact versions, and a lockfile without addresses', () => {
    const versions = Object.values({ ...project.dependencies, ...project.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(Object.values(lock.packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });
});
