/** Who may do what, on what: every action and resource by its name. */
export interface Statement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Absent: whoever the policy hangs on. */
  readonly principal?: { readonly service: string } | { readonly account: string };
  readonly condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly deny?: boolean;
}

/** As IAM reads it. */
export function policy(...statements: readonly Statement[]): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: statements.map(({ actions, resources, principal, condition, deny }) => ({
      Effect: deny === true ? 'Deny' : 'Allow',
      ...(principal === undefined ? {} : { Principal: principalOf(principal) }),
      Action: actions,
      ...(resources.length === 0 ? {} : { Resource: resources }),
      ...(condition === undefined ? {} : { Condition: condition }),
    })),
  });
}

/** Services that say for which account they take a role on, and are held to it. */
const TELL_ACCOUNT = ['ecs-tasks.amazonaws.com', 'monitoring.rds.amazonaws.com'];

/** A role that a service of the provider takes on, for this account only where it tells. */
export function trust(service: string, account: string): string {
  return policy({
    actions: ['sts:AssumeRole'],
    resources: [],
    principal: { service },
    ...(TELL_ACCOUNT.includes(service)
      ? { condition: { StringEquals: { 'aws:SourceAccount': account } } }
      : {}),
  });
}

function principalOf(principal: NonNullable<Statement['principal']>): object {
  return 'service' in principal
    ? { Service: principal.service }
    : { AWS: `arn:aws:iam::${principal.account}:root` };
}
