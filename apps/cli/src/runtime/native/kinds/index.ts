import { Failure } from '../../../failure.ts';
import type { PartName } from '../../../parts/index.ts';
import type { ComposeService } from '../../../stage/compose-service.ts';
import { haproxy } from './haproxy.ts';
import { k6 } from './k6.ts';
import { kafka } from './kafka.ts';
import type { Kind, Launch, LaunchInputs } from './kind.ts';
import { link } from './link.ts';
import { nginx } from './nginx.ts';
import { postgres } from './postgres.ts';
import { prometheus } from './prometheus.ts';
import { redis } from './redis.ts';
import { shop } from './shop.ts';
import { single } from './single.ts';

const KINDS: readonly Kind[] = [shop, single, postgres, haproxy, redis, nginx, link, kafka, k6, prometheus];

/** The parts that a service's image stands for. */
export function partsOf(service: ComposeService): readonly PartName[] {
  return kindOf(service).parts;
}

export function launch(inputs: LaunchInputs): Launch {
  return kindOf(inputs.service).launch(inputs);
}

function kindOf(service: ComposeService): Kind {
  const image = service.image.split(':')[0] ?? '';
  const kind = KINDS.find((each) => each.images.includes(image));
  if (kind) return kind;
  throw new Failure(`${service.name}: the native runtime does not know the image "${service.image}".`, {
    where: service.where,
    next: `It knows ${KINDS.flatMap((each) => each.images).join(', ')}. Run the stage with --runtime compose, or teach it (apps/cli/src/runtime/native/kinds).`,
  });
}
