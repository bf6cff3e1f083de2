import type { PriceImportReply } from '@tokengrip/core/contract/prices';
import { request } from '../../../lib/http.ts';

export interface PriceImport {
  file: File;
  /** Absent: now. */
  effectiveFrom?: string;
  dryRun: boolean;
}

/** The file goes as it is: its numbers are read from its text. */
export const importPrices = ({ file, effectiveFrom, dryRun }: PriceImport) =>
  request<PriceImportReply>('/api/v1/prices/import', {
    method: 'POST',
    query: { effectiveFrom, fileName: file.name.slice(0, 200), dryRun: String(dryRun) },
    file,
  });
