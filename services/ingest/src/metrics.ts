import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** The routes by which records come in. */
export type RecordSource = 'usage' | 'otlp' | 'litellm';

export interface IngestMetrics {
  registry: Registry;
  /** What became of a request's records. `rejected` are the codes, one for each refused record. */
  countRecords(source: RecordSource, outcome: RecordOutcome): void;
  countRateLimited(): void;
  /** One transaction of the writer. */
  observeCommit(commit: { rows: number; seconds: number }): void;
  /** How the number of records that wait for a commit is found out when somebody asks. */
  queueDepth(read: () => number): void;
}

interface RecordOutcome {
  accepted: number;
  duplicates: number;
  rejected: readonly string[];
}

/** The ingest's own metrics, in a registry of their own unless one is given. */
export function createIngestMetrics(registry = new Registry()): IngestMetrics {
  const registers = [registry];
  const records = new Counter({
    name: 'tokengrip_ingest_records_total',
    help: 'Records that were committed (accepted) or had been before (duplicate).',
    labelNames: ['source', 'outcome'],
    registers,
  });
  const rejected = new Counter({
    name: 'tokengrip_ingest_rejected_records_total',
    help: 'Records that were refused, by the code in the reply.',
    labelNames: ['source', 'code'],
    registers,
  });
  const rateLimited = new Counter({
    name: 'tokengrip_ingest_rate_limited_requests_total',
    help: 'Requests beyond the rate limit of their key.',
    registers,
  });
  const commitSeconds = new Histogram({
    name: 'tokengrip_ingest_commit_duration_seconds',
    help: 'Time of one transaction of the writer.',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const commitRows = new Histogram({
    name: 'tokengrip_ingest_commit_rows',
    help: 'Records in one transaction of the writer.',
    buckets: [1, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000],
    registers,
  });
  let readDepth = () => 0;
  new Gauge({
    name: 'tokengrip_ingest_queue_depth',
    help: 'Records that wait for a commit.',
    registers,
    collect() {
      this.set(readDepth());
    },
  });

  return {
    registry,
    countRecords(source, outcome) {
      if (outcome.accepted > 0) records.inc({ source, outcome: 'accepted' }, outcome.accepted);
      if (outcome.duplicates > 0) records.inc({ source, outcome: 'duplicate' }, outcome.duplicates);
      for (const code of outcome.rejected) rejected.inc({ source, code });
    },
    countRateLimited: () => rateLimited.inc(),
    observeCommit({ rows, seconds }) {
      commitRows.observe(rows);
      commitSeconds.observe(seconds);
    },
    queueDepth(read) {
      readDepth = read;
    },
  };
}
