import { IamRole, IamRolePolicy, IamRolePolicyAttachment } from '../aws.ts';
import { Construct } from '../cdk.ts';
import { policy, type Statement, trust } from './policy.ts';

/** What a role is for. */
export interface RoleProps {
  readonly name: string;
  readonly account: string;
  /** Who takes it on: `ecs-tasks.amazonaws.com`. */
  readonly service: string;
  readonly statements?: readonly Statement[];
  /** The provider's own policies, by name. */
  readonly managed?: readonly string[];
}

/** A role of one service of the provider, with what it may do. */
export class Role extends Construct {
  readonly role: IamRole;

  constructor(scope: Construct, id: string, { name, account, service, statements, managed }: RoleProps) {
    super(scope, id);
    this.role = new IamRole(this, 'role', { name, assumeRolePolicy: trust(service, account) });
    if (statements !== undefined && statements.length > 0)
      new IamRolePolicy(this, 'policy', { name: 'own', role: this.role.id, policy: policy(...statements) });
    for (const each of managed ?? [])
      new IamRolePolicyAttachment(this, each.split('/').at(-1) ?? each, {
        role: this.role.name,
        policyArn: `arn:aws:iam::aws:policy/${each}`,
      });
  }
}
