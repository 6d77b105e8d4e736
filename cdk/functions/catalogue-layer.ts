import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RemovalPolicy, Stage } from 'aws-cdk-lib';
import { Code, LayerVersion } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { Catalogue } from '#core/catalogue/catalogue.ts';

/** Layers are mounted at /opt. */
const pathInLayer = join('assay', 'catalogue.json');

/**
 * The compiled catalogue as a Lambda layer. Rubrics and SLOs change more often than code: with the catalogue in a
 * layer, whose asset is named by its content, such a change deploys one small layer and leaves the code's hash alone.
 */
export class CatalogueLayer extends Construct {
  readonly layer: LayerVersion;
  /** Where a function finds the file. */
  readonly path = `/opt/${pathInLayer}`;

  constructor(scope: Construct, id: string, { catalogue }: { readonly catalogue: Catalogue }) {
    super(scope, id);
    const outdir = Stage.of(this)?.outdir;
    if (outdir === undefined)
      throw new Error('CatalogueLayer belongs in an App or a Stage, whose output folder it writes to');
    const folder = join(outdir, 'catalogue');
    mkdirSync(join(folder, 'assay'), { recursive: true });
    writeFileSync(join(folder, pathInLayer), JSON.stringify(catalogue));
    this.layer = new LayerVersion(this, 'Layer', {
      description: 'Assay: surfaces, SLOs and rubrics',
      code: Code.fromAsset(folder),
      // A version in use by a running function stays readable to it after deletion, so old ones need not be kept.
      removalPolicy: RemovalPolicy.DESTROY,
    });
  }
}
