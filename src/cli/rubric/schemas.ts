import { Command } from 'commander';
import { jsonOption } from '../terminal/options.ts';
import type { SchemasOptions } from './schemas-write.ts';

/** `assay schemas`: the JSON Schemas that editors complete by, generated from the schemas that read the files. */
export function schemasCommand(): Command {
  return new Command('schemas')
    .description('Write the JSON Schemas of the files and records to schemas/.')
    .option('--check', 'write nothing; fail where a file is not current')
    .addOption(jsonOption())
    .action(async (options: SchemasOptions) =>
      (await import('./schemas-write.ts')).writeSchemas(process.cwd(), options),
    );
}
