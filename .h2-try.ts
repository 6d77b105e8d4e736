import { loadCatalogue } from '#adapters/files/catalogue-files.ts';
console.log(JSON.stringify(await loadCatalogue(process.argv[2] ?? '.').then((r) => r.ok ? { warnings: r.warnings, n: r.catalogue.surfaces.length } : r), null, 1));
