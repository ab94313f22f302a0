/** A check that did not hold. */
export interface Finding {
  readonly tool: 'checkov' | 'tflint';
  /** `CKV_AWS_157`, `aws_instance_invalid_type`. */
  readonly check: string;
  /** `prod-7` */
  readonly stack: string;
  /** `aws_db_instance.us_db_instance`; of tflint the line. */
  readonly where: string;
  readonly what: string;
}
