#!/usr/bin/env node
import { start } from '../../apps/cli/bin/start.mjs';

await start('../../infra/src/main.ts');
