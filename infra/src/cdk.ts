// All that this package takes of cdktf and constructs. cdktf was archived in December 2025; whoever moves to its successor,
// cdktn, changes this file and aws.ts.

export type { TerraformElement, TerraformResource } from 'cdktf';
export {
  Fn,
  S3Backend,
  TerraformLocal,
  TerraformOutput,
  TerraformStack,
  TerraformVariable,
} from 'cdktf';
export { Construct, RootConstruct } from 'constructs';
