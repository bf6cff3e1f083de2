import { runService } from '@tokengrip/core/run-service';
import { startIngest } from './start.ts';

await runService(startIngest);
