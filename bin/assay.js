#!/usr/bin/env node
import module from 'node:module';

const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `assay wants Node 24 or later and runs on ${process.version}. Its checkout brings Node 24 along: call it there as "npx assay" or "npm start". If you did, the install left it out: "npm ci" without --ignore-scripts puts it into node_modules/node (so does "npm ci --omit=dev").`,
  );
  process.exit(2);
}
// A reader that has seen enough (`| head`) is no fault of ours: the rest is said to nobody, and a local run is left as it should be.
let unsaid = false;
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE' || unsaid) return;
  unsaid = true;
  process.exitCode = 2;
  console.error(
    `What this command says cannot be written (${error.code ?? error.message}): the disk or whatever stdout leads to does not take it. What it had to do is done all the same.`,
  );
});
// What was compiled once is read from the system's temporary folder: commands start in half the time.
module.enableCompileCache?.();
const { main } = await import('../src/cli/main.ts');
const code = await main(process.argv.slice(2));
process.exitCode = unsaid ? 2 : code;
