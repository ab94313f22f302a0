/** Boxes of slot 0 live in 127.42.0.0/16, of slot 1 in 127.43.0.0/16 …: two copies of a stage never meet. */
const FIRST_NETWORK = 42;
export const MAX_SLOT = 9;
/** Addresses per service: the load balancer knows app-1 … app-6. */
const PER_SERVICE = 10;
export const MAX_INSTANCES = 6;
/** Slot s publishes 1000·s above slot 0. */
const SLOT_PORT_STEP = 1000;

/**
 * Loopback address of a box: `127.(42+slot).STAGE.x`, x from the service's place in compose.yaml (10, 20, …) and the
 * instance (1, 2 …; 0 for a service that has only one).
 */
export function boxAddress(stage: number, slot: number, serviceIndex: number, instance: number): string {
  if (slot < 0 || slot > MAX_SLOT) throw new RangeError(`slot ${slot} is not within 0 … ${MAX_SLOT}`);
  return `127.${FIRST_NETWORK + slot}.${stage}.${(serviceIndex + 1) * PER_SERVICE + instance}`;
}

/** Where a stack's supervisor tells Prometheus of its boxes: before the addresses of all services. */
export function supervisorAddress(stage: number, slot: number): string {
  return boxAddress(stage, slot, -1, 1);
}

/** Interpolation variables that move a stack's published ports and names out of slot 0's way. */
export function slotEnvironment(stage: number, slot: number): Record<string, string> {
  const shift = slot * SLOT_PORT_STEP;
  return {
    COMPOSE_PROJECT_NAME: projectName(stage, slot),
    SITE_PORT: String(8000 + stage + shift),
    MAIL_PORT: String(8100 + stage + shift),
    STATS_PORT: String(8200 + stage + shift),
    EU_PORT: String(8300 + stage + shift),
    PROMETHEUS_PORT: String(8500 + stage + shift),
    GRAFANA_PORT: String(8600 + stage + shift),
  };
}

/** The Compose project of a stack: `scaling-4`, in other slots `scaling-4-s1`. */
export function projectName(stage: number, slot: number): string {
  return slot === 0 ? `scaling-${stage}` : `scaling-${stage}-s${slot}`;
}
