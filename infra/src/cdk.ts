// All that this package takes of cdktf and constructs. Both were archived in December 2025; whoever moves to their successor,
// cdktn, changes this file and aws.ts.

export type { TerraformElement, TerraformResource } from 'cdktf';
export {
  App,
  Fn,
  S3Backend,
  TerraformLocal,
  TerraformOutput,
  TerraformStack,
  TerraformVariable,
} from 'cdktf';
export { Construct } from 'constructs';
