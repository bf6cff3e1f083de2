import { runService } from '@tokengrip/core/run-service';
import { startWorker } from './start.ts';

await runService(startWorker);
