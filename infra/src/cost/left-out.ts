/** What the bill does not have, said below every table. */
export const LEFT_OUT: readonly string[] = [
  'logs, figures and traces by volume (CloudWatch, Container Insights, flow logs, S3)',
  'data between zones and through endpoints, and what MSK Serverless takes in, keeps and gives out',
  'requests to keys, secrets, firewalls and S3; backups beyond the size of the disk',
  'boxes that auto-scaling adds: the table has as many as stand there at first',
  'the domain, certificates of other makers, support, taxes, discounts and free tiers',
  'the second region costs what it costs there; it is counted at the price of the first',
];
