import { runService } from '@tokengrip/core/run-service';
import { startApi } from './start.ts';

await runService(startApi);
