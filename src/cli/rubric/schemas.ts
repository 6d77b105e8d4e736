import { Command } from 'commander';

/** `assay schemas`: the JSON Schemas that editors complete by, generated from the schemas that read the files. */
export function schemasCommand(): Command {
  return new Command('schemas')
    .description('Write the JSON Schemas of the files and records to schemas/.')
    .option('--check', 'write nothing; fail where a file is not current')
    .option('--json', 'print JSON')
    .action(async (options: { check?: boolean; json?: boolean }) =>
      (await import('./schemas-files.ts')).writeSchemas(process.cwd(), options),
    );
}
