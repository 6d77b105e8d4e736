#!/usr/bin/env node
import module from 'node:module';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `assay wants Node 24 or later and runs on ${process.version}. The project brings Node 24 along: run it as "npx assay" or "npm start" inside the project, after "npm ci".`,
  );
  process.exit(1);
}
// A reader that has seen enough (`| head`) is no fault of ours: the rest is said to nobody, and a local run is left as it should be.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
});
// What was compiled once is read from the system's temporary folder: commands start in half the time.
module.enableCompileCache?.();
const { main } = await import('../src/cli/main.ts');
process.exitCode = await main(process.argv.slice(2));
