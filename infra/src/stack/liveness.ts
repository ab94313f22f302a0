/**
 * What a task's own health check and its load balancer's ask for: whether the process answers. ECS stops a task that fails
 * either of them and knows no readiness, so /readyz, which asks the database too, would have it replace every healthy app
 * while a database fails over, and would never let a new relay take over from an old one.
 */
export const LIVENESS_PATH = '/healthz';
