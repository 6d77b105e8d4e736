import { CfnSecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { Network } from './settings.ts';

/** Where the functions' network interfaces stand. */
export class FunctionNetwork extends Construct {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];

  constructor(scope: Construct, id: string, { vpcId, subnetIds, securityGroupIds }: Network) {
    super(scope, id);
    this.subnetIds = [...subnetIds];
    this.securityGroupIds =
      securityGroupIds.length > 0 ? [...securityGroupIds] : [this.#letHttpsOut(vpcId).attrGroupId];
  }

  #letHttpsOut(vpcId: string): CfnSecurityGroup {
    return new CfnSecurityGroup(this, 'HttpsOut', {
      groupDescription: 'Assay: functions call AWS and the judge by HTTPS, and nobody calls them',
      vpcId,
      securityGroupEgress: [
        {
          ipProtocol: 'tcp',
          fromPort: 443,
          toPort: 443,
          cidrIp: '0.0.0.0/0',
          description: 'AWS endpoints, and the judge',
        },
      ],
    });
  }
}
